// Numbers of findings, and what logs come: of one region each.

import { type GroupByType, GetFindingsStatisticsCommand, type OrderBy } from "@aws-sdk/client-guardduty";
import { call } from "./call.ts";
import type { ApiCriteria } from "./findings.ts";
import { guardduty } from "./guardduty.ts";

export interface Group {
  key: string; // an account, a type, a resource, or a day as YYYY-MM-DD
  account?: string; // of a resource
  type?: string; // of a resource
  severity?: number; // of a day
  count: number;
  last: number; // when one was found last
}

export const mostGroups = 100; // that one call returns

export async function groupFindings(
  region: string,
  DetectorId: string,
  GroupBy: GroupByType,
  Criterion: ApiCriteria,
  OrderBy: OrderBy = "DESC",
): Promise<Group[]> {
  const { FindingStatistics: s } = await guardduty(region).send(
    new GetFindingsStatisticsCommand({ DetectorId, FindingCriteria: { Criterion }, GroupBy, OrderBy, MaxResults: mostGroups }),
  );
  const all = [
    ...(s?.GroupedByAccount ?? []).map((g) => ({ ...g, key: g.AccountId })),
    ...(s?.GroupedByFindingType ?? []).map((g) => ({ ...g, key: g.FindingType })),
    ...(s?.GroupedByResource ?? []).map((g) => ({ ...g, key: g.ResourceId, account: g.AccountId, type: g.ResourceType })),
    ...(s?.GroupedByDate ?? []).map((g) => ({ ...g, key: g.Date?.toISOString().slice(0, 10), severity: g.Severity })),
  ];
  return all.map(({ key = "", account, type, severity, TotalFindings, LastGeneratedAt }: Grouped) => ({
    key,
    account,
    type,
    severity,
    count: TotalFindings ?? 0,
    last: LastGeneratedAt?.getTime() ?? 0,
  }));
}

interface Grouped {
  key?: string;
  account?: string;
  type?: string;
  severity?: number;
  TotalFindings?: number;
  LastGeneratedAt?: Date;
}

// Covered is what is analysed of an account's logs of a kind.
export interface Covered {
  accountId: string;
  region: string;
  kind: string;
  state: string; // "on", "off", "suspended" or "no detector"
  last?: number; // the latest event, seconds
  silent?: boolean;
}

export const readCoverage = async (region: string) => (await call<Covered[] | null>("GET", `regions/${region}/coverage`)) ?? [];
