import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { asked } from "./address.ts";
import { readAttributes } from "./attributes.ts";
import { choose, chosenBands, type Criterion, filterNameProblem, include, parseCriterion, readCriterion, toApi, toCriterion, type Token, toTokens } from "./criteria.ts";

const attributes = readAttributes(readFileSync(new URL("../../../../criteria/attributes.txt", import.meta.url), "utf8"));
const kinds = new Map(attributes.map((a) => [a.path, a.kind]));
const kindOf = (path: string) => kinds.get(path);
const several = (path: string) => path === "severity" || kindOf(path) === "bool";
const token = (propertyKey: string, operator: string, value: unknown): Token => ({ propertyKey, operator, value });

test("the catalogue has paths with their kinds", () => {
  assert.equal(kindOf("severity"), "number");
  assert.equal(kindOf("resource.instanceDetails.networkInterfaces.publicIp"), "address");
  assert.equal(kindOf("resource.instanceDetails.launchTime"), "date");
  assert.equal(kindOf("service.archived"), "bool");
  assert.equal(kindOf("resource.instanceDetails"), undefined);
  assert.ok(attributes.length > 400);
});

test("tokens become criteria", () => {
  const f = (tokens: Token[], want: Criterion) => assert.deepEqual(toCriterion(tokens, kindOf), { criterion: want, troubles: [] });
  f([], {});
  f([token("type", "=", "Recon:EC2/Portscan")], { type: { equals: ["Recon:EC2/Portscan"] } });
  f([token("type", "=", " a "), token("type", "=", "b"), token("type", "=", "a")], { type: { equals: ["a", "b"] } });
  f([token("type", "!=", "a"), token("type", "=", "b")], { type: { notEquals: ["a"], equals: ["b"] } });
  f([token("severity", "=", ["High", "Low"])], { severity: { equals: ["7", "8", "1", "2", "3"] } });
  f([token("severity", "!=", ["Critical"])], { severity: { notEquals: ["9", "10"] } });
  f([token("severity", "=", "8.5")], { severity: { equals: ["8.5"] } });
  f([token("severity", ">=", "4"), token("severity", "<", "7")], { severity: { greaterThanOrEqual: 4, lessThan: 7 } });
  f([token("service.count", ">", "3"), token("service.count", ">", "9"), token("service.count", "<", "20"), token("service.count", "<", "30")], {
    "service.count": { greaterThan: 9, lessThan: 20 },
  });
  f([token("updatedAt", ">=", "1767225600000")], { updatedAt: { greaterThanOrEqual: 1767225600000 } });
  f([token("service.additionalInfo.sample", "=", ["true"])], { "service.additionalInfo.sample": { equals: ["true"] } });
  f([token("accountId", "=", "012345678901")], { accountId: { equals: ["012345678901"] } });
});

test("what can't be asked for is told, and the rest is asked for", () => {
  const f = (tokens: Token[], ...want: string[]) => assert.deepEqual(toCriterion(tokens, kindOf).troubles.map((t) => t.problem), want);
  f([token("nothing", "=", "x")], "unknown");
  f([{ operator: ":", value: "free text" }], "unknown");
  f([token("type", ":", "Recon")], "unknown");
  f([token("type", ">", "5")], "unknown");
  f([token("type", "=", "")], "empty");
  f([token("type", "=", null)], "empty");
  f([token("service.count", "=", "many")], "number");
  f([token("severity", ">", "8.5")], "whole");
  f([token("severity", ">", "High")], "number");
  f([token("updatedAt", ">", "yesterday")], "date");
  f([token("service.additionalInfo.sample", "=", ["maybe"])], "bool");
  f(Array.from({ length: 51 }, (_, i) => token("type", "=", `t${i}`)), "values");
  f(attributes.filter((a) => a.kind === "text").slice(0, 51).map((a) => token(a.path, "=", "x")), "attributes");
  assert.deepEqual(toCriterion([token("severity", ">", "x"), token("region", "=", "eu-west-1")], kindOf).criterion, { region: { equals: ["eu-west-1"] } });
});

test("criteria become tokens, and those the same criteria", () => {
  const f = (criterion: Criterion, want: Token[]) => {
    const { tokens, troubles } = toTokens(criterion, kindOf, several);
    assert.deepEqual({ tokens, troubles }, { tokens: want, troubles: [] });
    assert.deepEqual(toCriterion(tokens, kindOf).criterion, criterion);
  };
  f({}, []);
  f({ type: { equals: ["a", "b"] } }, [token("type", "=", "a"), token("type", "=", "b")]);
  f({ severity: { equals: ["7", "8", "9"] } }, [token("severity", "=", ["High", "9"])]);
  f({ "service.count": { greaterThan: 0, lessThanOrEqual: 9 } }, [token("service.count", ">", "0"), token("service.count", "<=", "9")]);
  const shown = toTokens({ type: { matches: ["Recon*"], equals: ["a"] }, nothing: { equals: ["x"] } }, kindOf, several);
  assert.deepEqual(shown.tokens, [token("type", "=", "a")]);
  assert.deepEqual(shown.troubles, [
    { path: "type", problem: "wildcard", value: "Recon*" },
    { path: "nothing", problem: "unknown" },
  ]);
});

test("lists aren't asked with wildcards, and with all else", () => {
  const criterion: Criterion = { type: { matches: ["Recon*"], equals: ["a"] }, region: { notMatches: ["us-*"] }, severity: { lessThan: 4 } };
  assert.deepEqual(asked({ archived: false, criterion }), { type: { equals: ["a"] }, severity: { lessThan: 4 }, "service.archived": { equals: ["false"] } });
  assert.deepEqual(criterion.type?.matches, ["Recon*"]);
});

test("a value is included or excluded", () => {
  assert.deepEqual(include({}, "region", "r"), { region: { equals: ["r"] } });
  assert.deepEqual(include({ region: { equals: ["r"] } }, "region", "s"), { region: { equals: ["r", "s"] } });
  assert.deepEqual(include({ region: { equals: ["r"] } }, "region", "r", "!="), { region: { notEquals: ["r"] } });
  assert.deepEqual(include({ region: { notEquals: ["q", "r"] } }, "region", "r"), { region: { notEquals: ["q"], equals: ["r"] } });
});

test("quick filters", () => {
  assert.deepEqual(choose({ severity: { equals: ["1"] }, id: { equals: ["x"] } }, "severity", ["7", "8"]), { id: { equals: ["x"] }, severity: { equals: ["7", "8"] } });
  assert.deepEqual(choose({ severity: { equals: ["1"], lessThan: 4 } }, "severity", []), { severity: { lessThan: 4 } });
  assert.deepEqual(choose({ severity: { equals: ["1"] } }, "severity", []), {});
  assert.deepEqual(chosenBands({ severity: { equals: ["7", "8", "1"] } }), ["High"]);
});

test("criteria for the client, and of saved filters, with the operators of before too", () => {
  assert.deepEqual(toApi({ type: { equals: ["a"] }, severity: { lessThan: 7 } }).severity?.LessThan, 7);
  assert.deepEqual(readCriterion({ type: { eq: ["a"], neq: ["b"], notMatches: ["c*"] }, severity: { gte: 4, lt: 7 } }), {
    type: { equals: ["a"], notEquals: ["b"], notMatches: ["c*"] },
    severity: { greaterThanOrEqual: 4, lessThan: 7 },
  });
});

test("an address may hold anything", () => {
  const f = (text: string | null, want: Criterion) => assert.deepEqual(parseCriterion(text), want);
  f(null, {});
  f("{", {});
  f("7", {});
  f('{"type":7,"id":null,"region":{"equals":"x"},"severity":{"lessThan":"7"}}', {});
  f('{"type":{"equals":["a",1],"evil":1},"severity":{"lessThan":7}}', { type: { equals: ["a", "1"] }, severity: { lessThan: 7 } });
});

test("names of filters", () => {
  const f = (name: string, want?: string) => assert.equal(filterNameProblem(name), want);
  f("a.B_c-9");
  f("ab", "short");
  f("a".repeat(65), "long");
  f("a b c", "letters");
});
