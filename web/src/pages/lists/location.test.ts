import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFields } from "./fields.ts";
import { checkLocation } from "./location.ts";

test("every form of a location is taken, and each mistake is named", () => {
  const f = (location: string, want?: string) => assert.equal(checkLocation(location), want, location);
  f("s3://bucket/file.txt");
  f(" s3://bucket/a/b.txt ");
  f("https://s3.amazonaws.com/bucket/file.txt");
  f("https://s3-eu-west-1.amazonaws.com/bucket/file.txt");
  f("https://s3.eu-west-1.amazonaws.com/bucket/file.txt");
  f("http://bucket.s3.amazonaws.com/file.txt");
  f("http://bucket.s3-us-west-2.amazonaws.com/file.txt");
  f("https://bucket.s3.cn-north-1.amazonaws.com.cn/file.txt");
  f("https://lists.example.com/bad.txt");
  f("", "missing");
  f("bucket/file.txt", "scheme");
  f("ftp://example.com/a", "scheme");
  f("javascript:alert(1)", "scheme");
  f("s3:///file", "noHost");
  f("s3://bucket", "noKey");
  f("s3://bucket/", "noKey");
  f("https://s3.amazonaws.com/bucket", "noKey");
  f("https://s3.amazonaws.com/bucket/", "noKey");
  f("http://lists.example.com/bad.txt", "plain");
  f("https://user:secret@lists.example.com/bad.txt", "user");
  f("https://[/x", "unreadable");
  f(`s3://bucket/${"x".repeat(300)}`, "long");
});

test("a name of GuardDuty's letters, an owner of twelve digits, and consent are asked for", () => {
  const good = { name: "bad-hosts_1", location: "s3://b/k", format: "TXT", owner: "", agreed: true } as const;
  const f = (change: object, ...want: string[]) => assert.deepEqual(Object.keys(checkFields({ ...good, ...change })), want);
  f({});
  f({ owner: "111122223333" });
  f({ owner: "11112222333" }, "owner");
  f({ name: "bad hosts" }, "name");
  f({ name: "<b>" }, "name");
  f({ name: " " }, "name");
  f({ agreed: false }, "agreed");
  f({ location: "s3://b" }, "location");
  assert.deepEqual(checkFields({ ...good, name: "made elsewhere!" }, { name: "made elsewhere!", owner: "" }), {});
  const owned = (owner: string, ...want: string[]) => assert.deepEqual(Object.keys(checkFields({ ...good, owner }, { name: good.name, owner: "111122223333" })), want);
  owned("444455556666");
  owned(" ", "owner");
});
