import assert from "node:assert/strict";
import { test } from "node:test";
import { doneBy, inEach, toName } from "./outcome.ts";

const asked: Record<string, string[]> = { a: ["1", "2"], b: ["2", "3"], c: [], d: ["1"] };

test("where an act fails in one region it is done in the others, and accounts are counted once", async () => {
  const error = new Error("the service is off");
  const outcomes = await inEach(Object.keys(asked), (r) => asked[r] ?? [], (region, ids) => {
    if (region === "a") return Promise.reject(error);
    return Promise.resolve(ids.includes("3") ? [{ accountId: "3", reason: "no" }] : []);
  });
  assert.deepEqual(outcomes, [
    { region: "a", done: [], refused: [], failed: { ids: ["1", "2"], error } },
    { region: "b", done: ["2"], refused: [{ accountId: "3", reason: "no" }] },
    { region: "d", done: ["1"], refused: [] },
  ]);
  assert.deepEqual(doneBy(outcomes), { accounts: 2, regions: ["b", "d"] });
  const twice = await inEach(["a", "b"], () => ["1"], () => Promise.resolve([]));
  assert.deepEqual(doneBy(twice), { accounts: 1, regions: ["a", "b"] });
});

test("the page's region is named only beside others", () => {
  assert.deepEqual([toName(["a"], "a"), toName(["b"], "a"), toName(["a", "b"], "a")], [[], ["b"], ["a", "b"]]);
});
