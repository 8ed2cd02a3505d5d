import assert from "node:assert/strict";
import { test } from "node:test";
import { inBatches } from "./batches.ts";

const ids = Array.from({ length: 120 }, (_, i) => String(i));

test("accounts are sent in batches, and what was done before a failure stays done", async () => {
  const sent: number[] = [];
  const f = (failing: number) =>
    inBatches(ids, (some) => {
      sent.push(some.length);
      if (sent.length === failing) return Promise.reject(new Error("broken off"));
      return Promise.resolve(some[0] === "0" ? [{ accountId: "0", reason: "no" }] : []);
    });
  assert.deepEqual(await f(0), [{ accountId: "0", reason: "no" }]);
  assert.deepEqual(sent.splice(0), [50, 50, 20]);
  const refused = await f(2);
  assert.deepEqual([refused.length, refused[0]?.reason, refused[1]], [71, "no", { accountId: "50", reason: "broken off" }]);
  assert.deepEqual(sent.splice(0), [50, 50]);
  await assert.rejects(f(1), /broken off/);
});
