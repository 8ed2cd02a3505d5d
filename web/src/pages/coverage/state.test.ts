import assert from "node:assert/strict";
import { test } from "node:test";
import type { Covered } from "../../api/usage.ts";
import { skippedOf, stateOf } from "./state.ts";

const covered = (change: Partial<Covered>): Covered => ({ accountId: "1", kind: "DNS", state: "on", last30Days: { records: 0, bytes: 0 }, ...change });

test("logs come, came, or never came, unless nothing is analysed anyway", () => {
  const f = (change: Partial<Covered>, want: string) => assert.equal(stateOf(covered(change)), want);
  f({ last: 5 }, "come");
  f({ last: 5, silent: true }, "silent");
  f({}, "none");
  f({ state: "suspended", last: 5, silent: true }, "suspended");
  f({ state: "off" }, "off");
});

test("what was not analysed is summed", () => {
  assert.equal(skippedOf(covered({ skipped: { a: 2, b: 3 } })), 5);
  assert.equal(skippedOf(covered({})), 0);
});
