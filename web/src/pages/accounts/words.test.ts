import assert from "node:assert/strict";
import { test } from "node:test";
import { doer } from "./words.ts";

test("who did something is told with the account, and whoever runs the server as such", () => {
  const f = (arn: string, want: string) => assert.equal(doer(arn), want);
  f("arn:aws:iam::111122223333:user/rita", "rita (111122223333)");
  f("arn:aws:iam::111122223333:root", "root (111122223333)");
  f("arn:aws:sts::111122223333:assumed-role/auditor/rita", "auditor/rita (111122223333)");
  f("arn:aws:iam::111122223333:picket/operator", "The server's operator");
  f("somebody", "somebody");
  f("", "");
});
