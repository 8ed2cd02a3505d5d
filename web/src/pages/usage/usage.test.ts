import assert from "node:assert/strict";
import { test } from "node:test";
import type { Covered } from "../../api/usage.ts";
import { byAccount } from "./accounts.ts";
import { daysLeft, daysOf } from "./trials.ts";

test("the longest trial is told of an account, and each of its features", () => {
  const account = { Features: [{ Name: "DNS_LOGS" as const, FreeTrialDaysRemaining: 0 }, { Name: "S3_DATA_EVENTS" as const, FreeTrialDaysRemaining: 12 }] };
  assert.equal(daysLeft(account), 12);
  assert.equal(daysLeft({ Features: [] }), undefined);
  assert.equal(daysLeft(undefined), undefined);
  assert.equal(daysOf(account, "DNS_LOGS"), 0);
  assert.equal(daysOf(account, "FLOW_LOGS"), undefined);
});

test("the logs of an account are summed over their kinds", () => {
  const f = (accountId: string, records: number, bytes: number): Covered => ({ accountId, kind: "DNS", state: "on", last30Days: { records, bytes } });
  assert.deepEqual(byAccount([f("1", 2, 20), f("2", 1, 10), f("1", 3, 30)]), [
    { key: "1", events: 5, bytes: 50 },
    { key: "2", events: 1, bytes: 10 },
  ]);
});
