import assert from "node:assert/strict";
import { test } from "node:test";
import { match, readAddress } from "./address.ts";

test("an address names a region and a path, or a path alone", () => {
  const f = (pathname: string, region: string, path: string) => assert.deepEqual(readAddress(pathname, "/console/"), { region, path });
  f("/console/", "", "");
  f("/console/us-east-1", "us-east-1", "");
  f("/console/us-gov-west-1/accounts/add/", "us-gov-west-1", "accounts/add");
  f("/console/invitations", "", "invitations");
  f("/console/us-east-1/findings/a%2Fb", "us-east-1", "findings/a%2Fb");
  f("/console/us-east-1/%zz", "us-east-1", "%25zz");
  f("/elsewhere/us-east-1", "", "");
});

test("a pattern gives what it names, of a path of its length alone", () => {
  assert.deepEqual(match("accounts/:id", "accounts/a%2Fb"), { id: "a/b" });
  assert.deepEqual(match("accounts", "accounts"), {});
  assert.equal(match("accounts/:id", "accounts"), undefined);
  assert.equal(match("accounts/:id", "accounts/1/history"), undefined);
  assert.equal(match("accounts/add", "accounts/1"), undefined);
});
