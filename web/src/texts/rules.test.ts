import assert from "node:assert/strict";
import { test } from "node:test";
import { texts } from "./rules.ts";

test("a dry run says how many records matched, and of how many accounts of an organization", () => {
  const f = (matched: number, accounts: number, organization: boolean, want: string) =>
    assert.equal(texts.matched({ ruleId: "a", since: 0, expiresAt: 1, matched, accounts, organization }), want);
  f(0, 0, false, "No record matched");
  f(1, 1, false, "1 record matched");
  f(1234, 1, false, "1,234 records matched");
  f(12, 3, true, "12 records of 3 accounts matched");
  f(1, 1, true, "1 record of 1 account matched");
});
