// An account's filters of a region: saved searches, and suppression rules, which archive what they match.

import { type Condition as ApiCondition, CreateFilterCommand, DeleteFilterCommand, type FilterAction, ListFindingsCommand, UpdateFilterCommand } from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { call } from "./call.ts";
import { archiveFindings } from "./findings.ts";
import { guardduty } from "./guardduty.ts";
import { useLoad } from "./load.ts";

// Criteria are as the API has them on the wire: conditions by the attribute's path.
export type Criteria = Record<string, Record<string, string[] | number>>;

export interface Filter {
  name: string;
  description?: string;
  action: FilterAction;
  rank: number;
  findingCriteria: { criterion?: Criteria };
  updatedAt: number;
  matched: number; // occurrences of findings, since it was made
  last?: number;
  idle?: boolean; // it archives, and matched nothing for 30 days
}

export function useFilters() {
  const region = useRegion();
  return useLoad("filters", () => call<Filter[]>("GET", `regions/${region}/filters`), { live: ["findings"] });
}

export interface FilterFields {
  name: string;
  description: string;
  action: FilterAction;
  rank: number;
  criteria: Criteria;
}

const input = (DetectorId: string, f: FilterFields) => ({
  DetectorId,
  Description: f.description,
  Action: f.action,
  Rank: f.rank,
  FindingCriteria: { Criterion: toApi(f.criteria) },
});

export const createFilter = (region: string, detector: string, f: FilterFields) =>
  guardduty(region).send(new CreateFilterCommand({ ...input(detector, f), Name: f.name }));

export const updateFilter = (region: string, detector: string, f: FilterFields) =>
  guardduty(region).send(new UpdateFilterCommand({ ...input(detector, f), FilterName: f.name }));

export const deleteFilter = (region: string, DetectorId: string, FilterName: string) =>
  guardduty(region).send(new DeleteFilterCommand({ DetectorId, FilterName }));

// Match is what a filter would archive of the findings that are current.
export interface Match {
  matching: number;
  current: number;
  severities: Record<string, number>;
}

export const previewFilter = (region: string, criteria: Criteria) =>
  call<Match>("POST", `regions/${region}/filters/preview`, { findingCriteria: { criterion: criteria } });

// archiveMatching archives the current findings that match, and tells how many, and what kept it from the rest.
export async function archiveMatching(region: string, DetectorId: string, criteria: Criteria): Promise<{ archived: number; error?: unknown }> {
  let archived = 0;
  try {
    const ids = await matching(region, DetectorId, criteria);
    for (; archived < ids.length; archived += perCall) await archiveFindings(region, DetectorId, ids.slice(archived, archived + perCall));
    return { archived: ids.length };
  } catch (error) {
    return { archived, error };
  }
}

const perCall = 50;

async function matching(region: string, DetectorId: string, criteria: Criteria): Promise<string[]> {
  const Criterion = { ...toApi(criteria), "service.archived": { Equals: ["false"] } };
  const found = new Set<string>();
  for (let NextToken: string | undefined, first = true; first || NextToken; first = false) {
    const page = await guardduty(region).send(new ListFindingsCommand({ DetectorId, FindingCriteria: { Criterion }, MaxResults: perCall, NextToken }));
    page.FindingIds?.forEach((id) => found.add(id));
    NextToken = page.NextToken || undefined;
  }
  return [...found];
}

// toApi writes criteria as AWS's client has them: with a capital.
function toApi(criteria: Criteria): Record<string, ApiCondition> {
  const capital = (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1);
  return Object.fromEntries(
    Object.entries(criteria).map(([path, asked]) => [path, Object.fromEntries(Object.entries(asked).map(([name, value]) => [capital(name), value]))]),
  );
}
