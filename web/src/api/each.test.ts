import assert from "node:assert/strict";
import { test } from "node:test";
import { each } from "./each.ts";

test("what fails doesn't keep the rest from being done", async () => {
  const act = (n: number) => (n % 2 ? Promise.resolve(n * 10) : Promise.reject(new Error(`no ${n}`)));
  const { done, failed, error } = await each([1, 2, 3, 4], act);
  assert.deepEqual(done, [10, 30]);
  assert.equal(failed, 2);
  assert.equal((error as Error).message, "no 2");
});
