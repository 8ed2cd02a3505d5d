// Criteria as people write them in JSON: read with every mistake named, and told in words.

import type { Criteria } from "../../api/filters.ts";
import { texts } from "../../texts/filters.ts";

const lists = ["equals", "notEquals", "matches", "notMatches"] as const;
const bounds = ["greaterThan", "greaterThanOrEqual", "lessThan", "lessThanOrEqual"] as const;
const before: Record<string, string> = {
  eq: "equals",
  neq: "notEquals",
  gt: "greaterThan",
  gte: "greaterThanOrEqual",
  lt: "lessThan",
  lte: "lessThanOrEqual",
};

export type Operator = (typeof lists)[number] | (typeof bounds)[number];

const isList = (name: string): name is (typeof lists)[number] => (lists as readonly string[]).includes(name);
const isBound = (name: string): name is (typeof bounds)[number] => (bounds as readonly string[]).includes(name);

export const maxAttributes = 50;
export const maxValues = 50;

export interface Read {
  criteria: Criteria;
  mistakes: string[];
}

// parseCriteria reads a findingCriteria, with or without what wraps it, as the API or as AWS's tools write it.
export function parseCriteria(text: string): Read {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { criteria: {}, mistakes: [texts.json.syntax(error instanceof Error ? error.message : "")] };
  }
  return readCriteria(value);
}

export function readCriteria(value: unknown): Read {
  let all = value;
  for (const wrap of ["findingcriteria", "criterion"]) {
    const inner = isObject(all) ? Object.entries(all).find(([name]) => name.toLowerCase() === wrap) : undefined;
    if (inner && Object.keys(all as object).length === 1) all = inner[1];
  }
  const criteria: Criteria = {};
  if (!isObject(all)) return { criteria, mistakes: [texts.json.noObject] };
  const mistakes: string[] = [];
  for (const [path, conditions] of Object.entries(all)) {
    if (!isObject(conditions)) {
      mistakes.push(texts.json.noConditions(path));
      continue;
    }
    const asked: Criteria[string] = {};
    for (const [written, value] of Object.entries(conditions)) readCondition(path, written, value, asked, mistakes);
    if (Object.keys(asked).length) criteria[path] = asked;
    else if (!Object.keys(conditions).length) mistakes.push(texts.json.noConditions(path));
  }
  const n = Object.keys(all).length;
  if (!n) mistakes.push(texts.json.empty);
  if (n > maxAttributes) mistakes.push(texts.json.manyAttributes(n));
  return { criteria, mistakes };
}

function readCondition(path: string, written: string, value: unknown, asked: Criteria[string], mistakes: string[]) {
  const lower = written.slice(0, 1).toLowerCase() + written.slice(1);
  const name = before[lower] ?? lower;
  if (isList(name)) {
    if (!Array.isArray(value) || !value.length || value.some((v) => typeof v !== "string")) mistakes.push(texts.json.noList(path, written));
    else if (value.length > maxValues) mistakes.push(texts.json.manyValues(path, value.length));
    else asked[name] = [...new Set([...((asked[name] as string[] | undefined) ?? []), ...(value as string[])])];
  } else if (isBound(name)) {
    if (!Number.isSafeInteger(value)) mistakes.push(texts.json.noNumber(path, written));
    else asked[name] = value as number;
  } else {
    mistakes.push(texts.json.operator(path, written));
  }
}

export const writeCriteria = (criteria: Criteria) => JSON.stringify({ criterion: criteria }, undefined, 2);

// Said is one condition in words.
export interface Said {
  path: string;
  operator: string;
  values: string[]; // alternatives, or with nor none of which may be
  nor: boolean;
}

export function sayCriteria(criteria: Criteria): Said[] {
  return Object.entries(criteria).flatMap(([path, asked]) =>
    Object.entries(asked).map(([operator, value]) => ({
      path,
      operator: texts.operators[operator as Operator] ?? operator,
      nor: operator.startsWith("not"),
      values: Array.isArray(value) ? value : [isTime(path) ? new Date(value).toISOString() : String(value)],
    })),
  );
}

// split takes apart what a property filter can show and what it can't: wildcards, and attributes that it doesn't know.
export function split(criteria: Criteria, known: (path: string) => boolean): { shown: Criteria; rest: Criteria } {
  const shown: Criteria = {};
  const rest: Criteria = {};
  for (const [path, asked] of Object.entries(criteria)) {
    for (const [name, value] of Object.entries(asked)) {
      const to = known(path) && name !== "matches" && name !== "notMatches" ? shown : rest;
      to[path] = { ...to[path], [name]: value };
    }
  }
  return { shown, rest };
}

// join is the way back.
export function join(shown: Criteria, rest: Criteria): Criteria {
  const paths = [...new Set([...Object.keys(shown), ...Object.keys(rest)])];
  return Object.fromEntries(paths.map((path) => [path, { ...shown[path], ...rest[path] }]));
}

// hasPatterns says whether criteria have wildcards, which findings can't be listed by.
export const hasPatterns = (criteria: Criteria) => Object.values(criteria).some((asked) => asked.matches || asked.notMatches);

const isTime = (path: string) => path === "updatedAt" || path === "createdAt";

function isObject(value: unknown): value is Record<string, unknown> {
  return Boolean(value) && typeof value === "object" && !Array.isArray(value);
}
