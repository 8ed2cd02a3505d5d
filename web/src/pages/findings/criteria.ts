// Between what people compose in the filter, tokens, and what the API asks for, criteria. Of one attribute, values to equal are
// alternatives; all else must hold together. What can't be asked for is told, never dropped in silence.

import type { Condition as ApiCondition } from "@aws-sdk/client-guardduty";
import type { Kind } from "./attributes.ts";

export interface Token {
  propertyKey?: string;
  operator: string;
  value: unknown; // text, or several texts
}

export interface Condition {
  equals?: string[];
  notEquals?: string[];
  matches?: string[];
  notMatches?: string[];
  greaterThan?: number;
  greaterThanOrEqual?: number;
  lessThan?: number;
  lessThanOrEqual?: number;
}

export type Criterion = Record<string, Condition>; // by the attribute's path

export type Problem = "unknown" | "empty" | "number" | "whole" | "date" | "bool" | "values" | "attributes" | "wildcard";

export interface Trouble {
  path: string;
  problem: Problem;
  value?: string;
}

type KindOf = (path: string) => Kind | undefined;

export const maxAttributes = 50;
export const maxValues = 50;

// The labels of severities, and the whole numbers that clients ask for.
export const bands = { Critical: ["9", "10"], High: ["7", "8"], Medium: ["4", "5", "6"], Low: ["1", "2", "3"] } as const;
export type Band = keyof typeof bands;
export const bandNames = Object.keys(bands) as Band[];

// attackSequences are GuardDuty's types of them.
export const attackSequences = [
  "AttackSequence:EC2/CompromisedInstanceGroup",
  "AttackSequence:ECS/CompromisedCluster",
  "AttackSequence:EKS/CompromisedCluster",
  "AttackSequence:IAM/CompromisedCredentials",
  "AttackSequence:S3/CompromisedData",
];

const lists = { "=": "equals", "!=": "notEquals" } as const;
const bounds = { ">": "greaterThan", ">=": "greaterThanOrEqual", "<": "lessThan", "<=": "lessThanOrEqual" } as const;

const isList = (operator: string): operator is keyof typeof lists => operator in lists;
const isBound = (operator: string): operator is keyof typeof bounds => operator in bounds;

// toCriterion makes criteria of tokens, without those that have trouble.
export function toCriterion(tokens: readonly Token[], kindOf: KindOf): { criterion: Criterion; troubles: Trouble[] } {
  const criterion: Criterion = {};
  const troubles: Trouble[] = [];
  for (const { propertyKey: path = "", operator, value } of tokens) {
    const kind = kindOf(path);
    const texts = (Array.isArray(value) ? value : [value]).map((v) => String(v ?? "").trim());
    const wrong = texts.flatMap((text) => check(path, kind, operator, text));
    if (wrong.length) {
      troubles.push(...wrong);
      continue;
    }
    const asked = (criterion[path] ??= {});
    if (isList(operator)) {
      const values = path === "severity" ? texts.flatMap((t) => bands[t as Band] ?? [t]) : texts;
      asked[lists[operator]] = [...new Set([...(asked[lists[operator]] ?? []), ...values])];
    } else if (isBound(operator)) {
      for (const text of texts) narrow(asked, operator, Number(text));
    }
  }
  for (const [path, { equals = [], notEquals = [] }] of Object.entries(criterion)) {
    if (Math.max(equals.length, notEquals.length) > maxValues) troubles.push({ path, problem: "values" });
  }
  if (Object.keys(criterion).length > maxAttributes) troubles.push({ path: "", problem: "attributes" });
  return { criterion, troubles };
}

// narrow keeps the tighter of two bounds.
function narrow(asked: Condition, operator: keyof typeof bounds, n: number) {
  const name = bounds[operator];
  const before = asked[name] ?? n;
  asked[name] = operator.startsWith(">") ? Math.max(before, n) : Math.min(before, n);
}

function check(path: string, kind: Kind | undefined, operator: string, text: string): Trouble[] {
  const problem = problemOf(path, kind, operator, text);
  return problem ? [{ path, problem, value: text }] : [];
}

function problemOf(path: string, kind: Kind | undefined, operator: string, text: string): Problem | undefined {
  if (!kind || !(isList(operator) || isBound(operator))) return "unknown";
  if (isBound(operator) && kind !== "number" && kind !== "date") return "unknown";
  if (!text) return "empty";
  if (path === "severity" && isList(operator) && text in bands) return undefined;
  if (kind === "bool") return text === "true" || text === "false" ? undefined : "bool";
  if (kind === "date") return Number.isInteger(Number(text)) ? undefined : "date";
  if (kind === "number" && !Number.isFinite(Number(text))) return "number";
  if (kind === "number" && isBound(operator) && !Number.isInteger(Number(text))) return "whole";
  return undefined;
}

// toTokens is the way back; what the filter can't show is told.
export function toTokens(criterion: Criterion, kindOf: KindOf, several: (path: string) => boolean): { tokens: Token[]; troubles: Trouble[] } {
  const tokens: Token[] = [];
  const troubles: Trouble[] = [];
  for (const [path, asked] of Object.entries(criterion)) {
    if (!kindOf(path)) {
      troubles.push({ path, problem: "unknown" });
      continue;
    }
    for (const value of [...(asked.matches ?? []), ...(asked.notMatches ?? [])]) troubles.push({ path, problem: "wildcard", value });
    for (const operator of Object.keys(lists) as (keyof typeof lists)[]) {
      const values = asked[lists[operator]] ?? [];
      const shown = path === "severity" ? banded(values) : values;
      if (shown.length && several(path)) tokens.push({ propertyKey: path, operator, value: shown });
      else tokens.push(...shown.map((value) => ({ propertyKey: path, operator, value })));
    }
    for (const operator of Object.keys(bounds) as (keyof typeof bounds)[]) {
      const bound = asked[bounds[operator]];
      if (bound !== undefined) tokens.push({ propertyKey: path, operator, value: String(bound) });
    }
  }
  return { tokens, troubles };
}

// banded writes whole bands of severities by their names.
function banded(values: readonly string[]): string[] {
  const whole = bandNames.filter((band) => bands[band].every((n) => values.includes(n)));
  const rest = values.filter((v) => !whole.some((band) => (bands[band] as readonly string[]).includes(v)));
  return [...whole, ...rest];
}

// withoutWildcards leaves out what findings can't be listed by.
export function withoutWildcards(criterion: Criterion): Criterion {
  const out: Criterion = {};
  for (const [path, asked] of Object.entries(criterion)) {
    const rest = { ...asked };
    delete rest.matches;
    delete rest.notMatches;
    if (Object.keys(rest).length) out[path] = rest;
  }
  return out;
}

// wildcardsOf are the conditions with wildcards: the attribute, how it is compared, and the pattern.
export function wildcardsOf(criterion: Criterion): [path: string, how: "matches" | "notMatches", pattern: string][] {
  const all = Object.entries(criterion);
  return (["matches", "notMatches"] as const).flatMap((how) => all.flatMap(([path, asked]) => (asked[how] ?? []).map((p) => [path, how, p] as [string, typeof how, string])));
}

// include adds a value to those that an attribute may have, or must not have.
export function include(criterion: Criterion, path: string, value: string, operator: "=" | "!=" = "="): Criterion {
  const name = lists[operator];
  const other = operator === "=" ? "notEquals" : "equals";
  const before = criterion[path] ?? {};
  const without = (before[other] ?? []).filter((v) => v !== value);
  const asked: Condition = { ...before, [name]: [...new Set([...(before[name] ?? []), value])], [other]: without };
  if (!without.length) delete asked[other];
  return { ...criterion, [path]: asked };
}

// choose asks for exactly these values of an attribute, or for none in particular.
export function choose(criterion: Criterion, path: string, values: readonly string[]): Criterion {
  const { [path]: before, ...rest } = criterion;
  const asked: Condition = { ...before };
  if (values.length) asked.equals = [...values];
  else delete asked.equals;
  return Object.keys(asked).length ? { ...rest, [path]: asked } : rest;
}

// chosenBands are the bands that criteria ask for; none where they ask for severities in another way.
export function chosenBands(criterion: Criterion): Band[] {
  return banded(criterion.severity?.equals ?? []).filter((name): name is Band => name in bands);
}

export type NameProblem = "short" | "long" | "letters";

// filterNameProblem says what is wrong with the name of a filter.
export function filterNameProblem(name: string): NameProblem | undefined {
  if (name.length < 3) return "short";
  if (name.length > 64) return "long";
  return /^[a-zA-Z0-9._-]+$/.test(name) ? undefined : "letters";
}

// toApi writes criteria as AWS's client has them.
export function toApi(criterion: Criterion): Record<string, ApiCondition> {
  const out: Record<string, ApiCondition> = {};
  for (const [path, c] of Object.entries(criterion)) {
    out[path] = {
      Equals: c.equals,
      NotEquals: c.notEquals,
      Matches: c.matches,
      NotMatches: c.notMatches,
      GreaterThan: c.greaterThan,
      GreaterThanOrEqual: c.greaterThanOrEqual,
      LessThan: c.lessThan,
      LessThanOrEqual: c.lessThanOrEqual,
    };
  }
  return out;
}

// The operators that the API had before.
const before = { equals: "eq", notEquals: "neq", greaterThan: "gt", greaterThanOrEqual: "gte", lessThan: "lt", lessThanOrEqual: "lte" } as const;

// readCriterion reads criteria of saved filters, in either wording, or of an address, which anybody may have written.
export function readCriterion(written: unknown): Criterion {
  const out: Criterion = {};
  for (const [path, asked] of Object.entries(object(written))) {
    const c = object(asked);
    const condition: Condition = {};
    for (const name of ["equals", "notEquals", "matches", "notMatches"] as const) {
      const values = c[name] ?? (name in before && c[before[name as "equals"]]);
      if (Array.isArray(values) && values.length) condition[name] = values.map(String);
    }
    for (const name of Object.values(bounds)) {
      const bound = c[name] ?? c[before[name]];
      if (typeof bound === "number" && Number.isFinite(bound)) condition[name] = bound;
    }
    if (Object.keys(condition).length) out[path] = condition;
  }
  return out;
}

// parseCriterion reads an address.
export const parseCriterion = (text: string | null) => readCriterion(parse(text));

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}

const object = (value: unknown) => (value && typeof value === "object" ? (value as Record<string, unknown>) : {});
