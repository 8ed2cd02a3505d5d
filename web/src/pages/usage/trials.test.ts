import assert from "node:assert/strict";
import { test } from "node:test";
import { daysLeft, daysOf } from "./trials.ts";

test("the longest trial is told of an account, and each of its features", () => {
  const account = { Features: [{ Name: "DNS_LOGS" as const, FreeTrialDaysRemaining: 0 }, { Name: "S3_DATA_EVENTS" as const, FreeTrialDaysRemaining: 12 }] };
  assert.equal(daysLeft(account), 12);
  assert.equal(daysLeft({ Features: [] }), undefined);
  assert.equal(daysLeft(undefined), undefined);
  assert.equal(daysOf(account, "DNS_LOGS"), 0);
  assert.equal(daysOf(account, "FLOW_LOGS"), undefined);
});
