import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFields } from "./fields.ts";

test("names, descriptions and ranks are those that filters can have", () => {
  const good = { name: "scanners.v1_a-b", description: "", rank: "1" };
  const f = (change: object, ...want: string[]) => assert.deepEqual(Object.keys(checkFields({ ...good, ...change }, ["taken"])), want);
  f({});
  f({ name: "ab" }, "name");
  f({ name: "a".repeat(65) }, "name");
  f({ name: "a b c" }, "name");
  f({ name: "taken" }, "name");
  f({ description: "é".repeat(512) });
  f({ description: "é".repeat(513) }, "description");
  f({ rank: "0" }, "rank");
  f({ rank: "100" });
  f({ rank: "101" }, "rank");
  f({ rank: "1.5" }, "rank");
  f({ rank: "" }, "rank");
});
