import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Finding } from "@aws-sdk/client-guardduty";
import { readAttributes } from "../findings/attributes.ts";
import { readShown } from "../findings/address.ts";
import { cover } from "./coverage.ts";
import { attributeOf, resourceTypes } from "./resources.ts";
import { daysOf, findingsOf, pageOf, periodBefore, periodOf, readScope, type Scope, writeScope } from "./scope.ts";
import { addUp, joinBands, least, placesOf, severest, shareOf, sum } from "./tally.ts";

const noon = Date.parse("2026-03-10T12:00:00Z");
const at = (iso: string) => Date.parse(iso);

test("the address keeps what the summary is about", () => {
  const f = (query: string, want: Scope) => {
    assert.deepEqual(readScope(new URLSearchParams(query)), want);
    const again = Object.entries(writeScope(want)).flatMap(([k, v]) => (v ? [[k, v] as [string, string]] : []));
    assert.deepEqual(readScope(new URLSearchParams(again)), want);
  };
  f("", { days: 1, everywhere: false, accounts: [] });
  f("days=7&regions=all&accounts=111122223333,<b>,444455556666", { days: 7, everywhere: true, accounts: ["111122223333", "444455556666"] });
  f("days=8&regions=mars&accounts=1", { days: 1, everywhere: false, accounts: [] });
});

test("a period begins with a day of UTC, and is compared with as much of the one before", () => {
  assert.deepEqual(periodOf(1, noon), { from: at("2026-03-10T00:00:00Z") });
  assert.deepEqual(periodOf(7, noon), { from: at("2026-03-04T00:00:00Z") });
  assert.deepEqual(periodBefore(1, noon), { from: at("2026-03-09T00:00:00Z"), to: at("2026-03-09T12:00:00Z") });
  assert.deepEqual(periodBefore(7, noon), { from: at("2026-02-25T00:00:00Z"), to: at("2026-03-03T12:00:00Z") });
  assert.deepEqual(daysOf(3, noon), ["2026-03-08", "2026-03-09", "2026-03-10"]);
});

test("a number leads to its findings", () => {
  const criterion = findingsOf(["111122223333"], { from: 5, to: 9 }, { severity: { equals: ["7", "8"] } });
  const address = pageOf((path, region) => `/console/${region}/${path}`, "eu-west-1", criterion);
  assert.match(address, /^\/console\/eu-west-1\/findings\?criteria=/);
  assert.deepEqual(readShown(new URLSearchParams(address.split("?")[1]), (path) => path).criterion, {
    accountId: { equals: ["111122223333"] },
    updatedAt: { greaterThanOrEqual: 5, lessThan: 9 },
    severity: { equals: ["7", "8"] },
  });
  assert.deepEqual(findingsOf([], { from: 5 }), { updatedAt: { greaterThanOrEqual: 5 } });
});

test("what regions answer is added up", () => {
  const g = (key: string, count: number, last: number) => ({ key, count, last });
  const all = addUp([
    { region: "a", answer: [g("x", 1, 3), g("y", 9, 1)] },
    { region: "b", answer: [g("x", 10, 5)] },
  ]);
  assert.deepEqual(all, [
    { key: "x", count: 11, last: 5, at: { a: 1, b: 10 } },
    { key: "y", count: 9, last: 1, at: { a: 9 } },
  ]);
  assert.deepEqual(least(all, 1).map((t) => t.key), ["y"]);
  assert.deepEqual(least([g("old", 1, 1), g("new", 1, 2), g("many", 9, 3)], 2).map((t) => t.key), ["new", "old"]);
  assert.equal(sum(placesOf([{ region: "a", answer: 2 }, { region: "b", answer: 3 }])), 5);
});

test("the worst findings of all regions come first, of equals the latest", () => {
  const finding = (Id: string, Severity: number, UpdatedAt: string) => ({ Id, Severity, UpdatedAt }) as Finding;
  const answers = [
    { region: "a", answer: [finding("1", 8, "2026-03-10T12:00:00Z"), finding("2", 5, "2026-03-10T12:00:00Z")] },
    { region: "b", answer: [finding("3", 9, "2026-03-01T12:00:00Z"), finding("4", 8, "2026-03-10T12:00:00.5Z")] },
  ];
  assert.deepEqual(severest(answers, 3).map((p) => p.region + p.finding.Id), ["b3", "b4", "a1"]);
});

test("of one resource name in two accounts there are two", () => {
  const bucket = (account: string) => ({ key: "logs", account, count: 1, last: 1 });
  assert.equal(addUp([{ region: "a", answer: [bucket("1"), bucket("2")] }], (g) => `${g.account} ${g.key}`).length, 2);
});

test("a type of several severities is one, with the highest", () => {
  const g = (band: "High" | "Low" | "Critical", count: number, last: number) => ({ key: "T", band, count, last });
  assert.deepEqual(joinBands([g("Low", 1, 9), g("High", 2, 3)]), [{ key: "T", band: "High", count: 3, last: 9 }]);
  assert.equal(joinBands([g("Critical", 1, 1), g("Low", 1, 1)])[0]?.band, "Critical");
});

test("shares are whole percents, small ones with a decimal", () => {
  const f = (part: number, whole: number, want: string) => assert.equal(shareOf(part, whole), want);
  f(1, 3, "33%");
  f(0, 0, "0%");
  f(2, 2, "100%");
  f(4, 279, "1.4%");
  f(2, 279, "0.7%");
  f(96, 1000, "9.6%");
  f(999, 10_000, "10%");
  f(1, 10_000, "<0.1%");
});

test("what should come and doesn't is told", () => {
  const row = (accountId: string, kind: string, state: string, more = {}) => ({ accountId, region: "r", kind, state, ...more });
  const got = cover(
    [
      row("1", "CloudTrail", "on", { last: 9 }),
      row("2", "CloudTrail", "on", { last: 5, silent: true }),
      row("3", "CloudTrail", "on"),
      row("6", "CloudTrail", "on", { silent: true }),
      row("4", "CloudTrail", "suspended", { last: 9 }),
      row("1", "DNS", "on"),
    ],
    ["1", "5"],
  );
  assert.deepEqual([got.accounts, got.enabled], [6, 4]);
  assert.deepEqual(
    got.kinds.map((k) => [k.kind, k.on, k.coming, k.silent.map((s) => s.accountId), k.never]),
    [
      ["CloudTrail", 4, 1, ["2", "6"], 1],
      ["DNS", 1, 0, [], 1],
    ],
  );
});

test("an account is enabled where its service is on in every region that it has", () => {
  const row = (accountId: string, region: string, state: string, kind = "DNS") => ({ accountId, region, kind, state });
  const f = (rows: ReturnType<typeof row>[], want: { accounts: number; enabled: number; partly: number }) => {
    const { accounts, enabled, partly } = cover(rows, []);
    assert.deepEqual({ accounts, enabled, partly }, want);
  };
  const whole = [row("1", "a", "on"), row("1", "b", "on"), row("1", "b", "off", "S3 data events")];
  f(whole, { accounts: 1, enabled: 1, partly: 0 });
  f([...whole, row("2", "a", "suspended"), row("2", "b", "on")], { accounts: 2, enabled: 1, partly: 1 });
  f([...whole, row("2", "b", "on")], { accounts: 2, enabled: 2, partly: 0 });
  f([...whole, row("2", "a", "no detector"), row("3", "a", "suspended"), row("3", "b", "suspended")], { accounts: 3, enabled: 1, partly: 0 });
});

test("resources are found by attributes that criteria know", () => {
  const known = new Set(readAttributes(readFileSync(new URL("../../../../criteria/attributes.txt", import.meta.url), "utf8")).map((a) => a.path));
  for (const type of resourceTypes) assert.ok(known.has(attributeOf(type) ?? ""), type);
  assert.equal(attributeOf("Spaceship"), undefined);
});
