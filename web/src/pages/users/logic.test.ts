import assert from "node:assert/strict";
import { test } from "node:test";
import { changeOf, checkJson, checkName, credentialsFile, newTrust, policyRows, trusted } from "./logic.ts";

test("names are those of IAM, and each is used once", () => {
  const f = (name: string, right: boolean) => assert.equal(checkName(name, ["dana"]) === undefined, right, name);
  f("erin", true);
  f("a+b=c,d.e@f-g_h", true);
  f("", false);
  f("two words", false);
  f("<b>", false);
  f("x".repeat(65), false);
  f("dana", false);
});

test("documents are JSON", () => {
  assert.deepEqual(checkJson('{"a":1}'), { value: { a: 1 } });
  assert.match(checkJson("{").wrong ?? "", /^This is no JSON: /);
});

test("a trust policy says whom it trusts", () => {
  const f = (trust: unknown, ...want: string[]) => assert.deepEqual(trusted(trust), want);
  f(JSON.parse(newTrust("111122223333")), "arn:aws:iam::111122223333:root");
  f({ Statement: { Principal: "*" } }, "*");
  f({ Statement: [{ Principal: { AWS: ["a", "b"], Service: "s" } }, { Principal: { AWS: "a" } }] }, "a", "b", "s");
  f(undefined);
  f({ Statement: ["x", null] });
});

test("what policies are added and taken away", () => {
  assert.deepEqual(changeOf(["a", "b"], ["b", "c"]), { added: ["c"], removed: ["a"] });
});

test("a policy names who has it", () => {
  const identity = (name: string, ...policies: string[]) => ({ name, id: "", arn: "", createdAt: 0, policies });
  const rows = policyRows({ managed: [{ name: "M", about: "m", document: {} }], own: [{ name: "O", document: {} }] }, [
    identity("dana", "M"),
    { ...identity("erin"), policies: undefined },
    identity("Ops", "M", "O"),
  ]);
  assert.deepEqual(rows.map((r) => [r.name, r.managed, r.usedBy]), [["O", false, ["Ops"]], ["M", true, ["dana", "Ops"]]]);
});

test("credentials are written as the AWS CLI reads them", () => {
  const key = { accessKeyId: "AKIA1", user: "dana", secretAccessKey: "s/+", createdAt: 0 };
  assert.equal(
    credentialsFile(key, "us-east-1", "https://picket.example"),
    "[dana]\naws_access_key_id = AKIA1\naws_secret_access_key = s/+\nregion = us-east-1\nendpoint_url = https://picket.example\n",
  );
  assert.match(credentialsFile({ ...key, user: undefined }, "r", "e"), /^\[root\]\n/);
});
