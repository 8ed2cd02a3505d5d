// What the table shows, as the address keeps it: links lead back to it, and other pages to it.

import { type Criterion, parseCriterion, withoutWildcards } from "./criteria.ts";

export interface Shown {
  archived: boolean;
  criterion: Criterion;
  sort: string;
  descending: boolean;
  unknown?: readonly string[]; // attributes that were asked for and that there are none of
}

const standard = "-updatedAt";

// readShown reads an address, which anybody may have written: what there isn't is left out, for the server would refuse the rest
// with it. pathOf finds an attribute's path.
export function readShown(query: URLSearchParams, pathOf: (path: string) => string | undefined): Shown {
  const wanted = query.get("sort") || standard;
  const by = pathOf(wanted.replace(/^-/, ""));
  const [sort, descending] = by ? [by, wanted.startsWith("-")] : [standard.slice(1), true];
  const criterion: Criterion = {};
  const unknown: string[] = [];
  for (const [path, condition] of Object.entries(parseCriterion(query.get("criteria")))) {
    const known = pathOf(path);
    if (known && !(known in criterion)) criterion[known] = condition;
    else unknown.push(path);
  }
  const shown: Shown = { ...split(criterion, query.get("status") === "archived"), sort, descending };
  return unknown.length ? { ...shown, unknown } : shown;
}

export function writeShown({ archived, criterion, sort, descending }: Shown): Record<string, string | undefined> {
  const order = (descending ? "-" : "") + sort;
  return {
    status: archived ? "archived" : undefined,
    criteria: Object.keys(criterion).length ? JSON.stringify(criterion) : undefined,
    sort: order === standard ? undefined : order,
  };
}

// split takes current or archived out of criteria: it is chosen apart.
export function split(criterion: Criterion, archived: boolean): { criterion: Criterion; archived: boolean } {
  const { "service.archived": asked, ...rest } = criterion;
  const only = asked?.equals?.length === 1 ? asked.equals[0] : undefined;
  return { criterion: rest, archived: only === undefined ? archived : only === "true" };
}

// asked is what the API is asked for: without wildcards, for it would refuse the rest with them.
export function asked({ archived, criterion }: Pick<Shown, "archived" | "criterion">): Criterion {
  return { ...withoutWildcards(criterion), "service.archived": { equals: [String(archived)] } };
}
