import assert from "node:assert/strict";
import { test } from "node:test";
import { hasPatterns, join, parseCriteria, sayCriteria, split, writeCriteria } from "./criteria.ts";

test("criteria are read as the API and as AWS's tools write them", () => {
  const want = { type: { equals: ["a"], notMatches: ["b*"] }, severity: { greaterThanOrEqual: 4 } };
  const f = (written: unknown) => assert.deepEqual(parseCriteria(JSON.stringify(written)), { criteria: want, mistakes: [] });
  f(want);
  f({ criterion: want });
  f({ findingCriteria: { criterion: want } });
  f({ Criterion: { type: { Eq: ["a"], NotMatches: ["b*"] }, severity: { Gte: 4 } } });
  assert.deepEqual(parseCriteria(writeCriteria(want)).criteria, want);
});

test("every mistake is named", () => {
  const f = (text: string, ...want: RegExp[]) => {
    const { mistakes } = parseCriteria(text);
    assert.equal(mistakes.length, want.length, mistakes.join("\n"));
    want.forEach((w, i) => assert.match(mistakes[i] ?? "", w));
  };
  f("{", /JSON/);
  f("[]", /object/);
  f("{}", /at least one/);
  f('{"type": "a"}', /type/);
  f('{"type": {}}', /type/);
  f('{"type": {"equals": "a"}, "severity": {"gte": "4"}, "id": {"like": ["x"]}}', /type: equals/, /severity: gte/, /id: “like”/);
  f('{"type": {"equals": []}}', /type: equals/);
  f(JSON.stringify({ type: { equals: Array(51).fill("x") } }), /51/);
  f(JSON.stringify(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`a${i}`, { equals: ["x"] }]))), /51/);
});

test("conditions are told in words", () => {
  assert.deepEqual(sayCriteria({ type: { equals: ["a", "b"] }, id: { notEquals: ["c"] }, updatedAt: { lessThan: 0 } }), [
    { path: "type", operator: "is", nor: false, values: ["a", "b"] },
    { path: "id", operator: "is not", nor: true, values: ["c"] },
    { path: "updatedAt", operator: "is less than", nor: false, values: ["1970-01-01T00:00:00.000Z"] },
  ]);
  assert.equal(hasPatterns({ type: { equals: ["a*"] } }), false);
  assert.equal(hasPatterns({ type: { matches: ["a*"] } }), true);
});

test("what a property filter can't show stays when the rest is changed", () => {
  const all = { type: { equals: ["a"], matches: ["b*"] }, new: { equals: ["x"] } };
  const { shown, rest } = split(all, (path) => path === "type");
  assert.deepEqual(shown, { type: { equals: ["a"] } });
  assert.deepEqual(rest, { type: { matches: ["b*"] }, new: { equals: ["x"] } });
  assert.deepEqual(join(shown, rest), all);
  assert.deepEqual(join({ id: { equals: ["1"] } }, rest), { id: { equals: ["1"] }, type: { matches: ["b*"] }, new: { equals: ["x"] } });
});
