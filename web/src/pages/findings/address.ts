// What the table shows, as the address keeps it: links lead back to it, and other pages to it.

import { type Criterion, parseCriterion } from "./criteria.ts";

export interface Shown {
  archived: boolean;
  criterion: Criterion;
  sort: string;
  descending: boolean;
}

const standard = "-updatedAt";

export function readShown(query: URLSearchParams): Shown {
  const sort = query.get("sort") || standard;
  return {
    ...split(parseCriterion(query.get("criteria")), query.get("status") === "archived"),
    sort: sort.replace(/^-/, ""),
    descending: sort.startsWith("-"),
  };
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

// asked is what the API is asked for.
export function asked({ archived, criterion }: Pick<Shown, "archived" | "criterion">): Criterion {
  return { ...criterion, "service.archived": { equals: [String(archived)] } };
}
