// Findings: pages of them, counts, and what accounts do with them.

import {
  ArchiveFindingsCommand,
  type Condition,
  type Finding,
  GetFindingsCommand,
  GetFindingsStatisticsCommand,
  ListFindingsCommand,
  UnarchiveFindingsCommand,
  UpdateFindingsFeedbackCommand,
} from "@aws-sdk/client-guardduty";
import { call } from "./call.ts";
import { guardduty } from "./guardduty.ts";

export type ApiCriteria = Record<string, Condition>;

export interface FindingQuery {
  criterion: ApiCriteria;
  sort: string; // the path of an attribute
  descending: boolean;
  size: number; // at most 50
  after?: string; // next of the page before
}

export interface FindingPage {
  findings: Finding[];
  next?: string;
}

// A page that costs the server too much ends early, perhaps before anything was found; so many are asked for before a person is.
const maxEmpty = 20;

export async function listFindings(region: string, detector: string, query: FindingQuery): Promise<FindingPage> {
  const client = guardduty(region);
  let ids: string[] = [];
  let next = query.after;
  for (let asked = 0; asked < maxEmpty && !ids.length && (next || !asked); asked++) {
    const answer = await client.send(
      new ListFindingsCommand({
        DetectorId: detector,
        FindingCriteria: { Criterion: query.criterion },
        SortCriteria: { AttributeName: query.sort, OrderBy: query.descending ? "DESC" : "ASC" },
        MaxResults: query.size,
        NextToken: next,
      }),
    );
    ids = answer.FindingIds ?? [];
    next = answer.NextToken || undefined;
  }
  return { findings: await getFindings(region, detector, ids), next };
}

// getFindings reads findings, in the order of their ids; those that are gone meanwhile are left out.
export async function getFindings(region: string, detector: string, ids: string[]): Promise<Finding[]> {
  if (!ids.length) return [];
  const { Findings } = await guardduty(region).send(new GetFindingsCommand({ DetectorId: detector, FindingIds: ids }));
  const found = new Map(Findings?.map((f) => [f.Id, f]));
  return ids.flatMap((id) => found.get(id) ?? []);
}

// countBySeverity counts findings by their exact severities.
export async function countBySeverity(region: string, detector: string, criterion: ApiCriteria): Promise<[severity: number, count: number][]> {
  const { FindingStatistics } = await guardduty(region).send(
    new GetFindingsStatisticsCommand({ DetectorId: detector, FindingCriteria: { Criterion: criterion }, FindingStatisticTypes: ["COUNT_BY_SEVERITY"] }),
  );
  return Object.entries(FindingStatistics?.CountBySeverity ?? {}).map(([severity, count]) => [Number(severity), count]);
}

export interface Group {
  key: string;
  count: number;
}

export async function countBy(by: "ACCOUNT" | "FINDING_TYPE", region: string, detector: string, criterion: ApiCriteria): Promise<Group[]> {
  const { FindingStatistics: s } = await guardduty(region).send(
    new GetFindingsStatisticsCommand({ DetectorId: detector, FindingCriteria: { Criterion: criterion }, GroupBy: by, MaxResults: 100 }),
  );
  const accounts = s?.GroupedByAccount?.map((g) => ({ key: g.AccountId ?? "", count: g.TotalFindings ?? 0 }));
  const types = s?.GroupedByFindingType?.map((g) => ({ key: g.FindingType ?? "", count: g.TotalFindings ?? 0 }));
  return accounts ?? types ?? [];
}

export const archiveFindings = (region: string, DetectorId: string, FindingIds: string[]) =>
  guardduty(region).send(new ArchiveFindingsCommand({ DetectorId, FindingIds }));

export const unarchiveFindings = (region: string, DetectorId: string, FindingIds: string[]) =>
  guardduty(region).send(new UnarchiveFindingsCommand({ DetectorId, FindingIds }));

export type Feedback = "USEFUL" | "NOT_USEFUL";

// giveFeedback replaces what was given before, and its comment if there is a new one.
export const giveFeedback = (region: string, DetectorId: string, FindingIds: string[], Feedback: Feedback, Comments?: string) =>
  guardduty(region).send(new UpdateFindingsFeedbackCommand({ DetectorId, FindingIds, Feedback, Comments }));

export interface EvidenceRecord {
  object: string;
  offset: number;
  kind: string; // "CloudTrail", "VPC flow" or "DNS"
  header?: string; // of a flow record
  text: string;
  time: number; // seconds
}

// FindingDetail is a finding with what the API has no place for.
export interface FindingDetail {
  finding: Record<string, unknown>; // as the API has it on the wire
  techniques?: string[];
  signals?: string[];
  comments?: string;
  latency?: number;
  frozenAt?: number;
  evidence: { records: EvidenceRecord[] | null };
  crossed?: string[]; // what the records had to reach, and what they came to
  rule?: string; // Markdown
}

export const findingDetail = (region: string, id: string) =>
  call<FindingDetail>("GET", `regions/${encodeURIComponent(region)}/findings/${encodeURIComponent(id)}`);

// rulePage is what there is to read about a type; nothing where no rule detects it.
export async function rulePage(type: string): Promise<string> {
  return (await call<{ markdown: string }>("GET", `rules/${type.split("/").map(encodeURIComponent).join("/")}`)).markdown;
}
