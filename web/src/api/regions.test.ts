import assert from "node:assert/strict";
import { test } from "node:test";
import { askEach } from "./regions.ts";

test("a region that refuses doesn't take the others with it", async () => {
  const no = new Error("not allowed there");
  const f = (regions: string[]) => askEach(regions, (region) => (region === "b" ? Promise.reject(no) : Promise.resolve(region.toUpperCase())));
  assert.deepEqual(await f(["a", "b", "c"]), { of: new Map([["a", "A"], ["c", "C"]]), refused: new Map([["b", no]]) });
  assert.deepEqual(await f([]), { of: new Map(), refused: new Map() });
  assert.deepEqual(await f(["b"]), { of: new Map(), refused: new Map([["b", no]]) });
});
