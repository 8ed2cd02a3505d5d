// What the summary is about, as the address keeps it: how long back, which regions, which accounts.

import type { Criterion } from "../findings/criteria.ts";

export interface Scope {
  days: number;
  everywhere: boolean; // all regions, not only the page's
  accounts: string[]; // none: all
}

export const lengths = [1, 7, 30];
const maxAccounts = 50; // that a condition can name

export function readScope(query: URLSearchParams): Scope {
  const days = Number(query.get("days"));
  const accounts = (query.get("accounts") ?? "").split(",").filter((id) => /^\d{12}$/.test(id));
  return { days: lengths.includes(days) ? days : 1, everywhere: query.get("regions") === "all", accounts: accounts.slice(0, maxAccounts) };
}

export const writeScope = ({ days, everywhere, accounts }: Scope): Record<string, string | undefined> => ({
  days: days === 1 ? undefined : String(days),
  regions: everywhere ? "all" : undefined,
  accounts: accounts.length ? accounts.join(",") : undefined,
});

const day = 86_400_000;

export interface Period {
  from: number;
  to?: number; // nothing: until now
}

// periodOf is the last days, today among them, in UTC as the server counts days.
export const periodOf = (days: number, now: number): Period => ({ from: Math.floor(now / day) * day - (days - 1) * day });

// periodBefore is as long as the period is by now, so that the two can be compared.
export const periodBefore = (days: number, now: number): Period => ({ from: periodOf(days, now).from - days * day, to: now - days * day });

export const daysOf = (days: number, now: number): string[] =>
  Array.from({ length: days }, (_, i) => new Date(periodOf(days, now).from + i * day).toISOString().slice(0, 10));

export const dayPeriod = (date: string): Period => ({ from: Date.parse(date), to: Date.parse(date) + day });

// findingsOf are the criteria for the findings of accounts that were updated in a period. It leaves out archived ones only where it
// is said, because the page of findings asks for that apart.
export function findingsOf(accounts: readonly string[], { from, to }: Period, more: Criterion = {}): Criterion {
  return {
    ...(accounts.length ? { accountId: { equals: [...accounts] } } : {}),
    updatedAt: { greaterThanOrEqual: from, ...(to === undefined ? {} : { lessThan: to }) },
    ...more,
  };
}

export const current: Criterion = { "service.archived": { equals: ["false"] } };

// pageOf is the address of the page of findings that shows what criteria ask for.
export const pageOf = (href: (path: string, region?: string) => string, region: string, criterion: Criterion) =>
  `${href("findings", region)}?criteria=${encodeURIComponent(JSON.stringify(criterion))}`;
