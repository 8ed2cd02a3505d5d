// How much of the logs was analysed in the last 30 days, and which logs come.

import { GetUsageStatisticsCommand, type UsageStatistics, type UsageStatisticType } from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { call } from "./call.ts";
import { guardduty, useDetector } from "./guardduty.ts";
import { useLoad } from "./load.ts";
import { useMay } from "./permissions.ts";

// Use is how much was analysed of something.
export interface Use {
  key: string; // an account, a feature or a resource
  events: number;
  bytes: number;
}

export interface Usage {
  features: Use[];
  resources: Use[]; // those that most was analysed of
}

const unit = { events: "EVENTS", bytes: "GB" } as const;
const features = ["CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS", "S3_DATA_EVENTS"] as const;
const most = 50; // resources

// useUsage reads the usage of this account and its members, or of one of them.
export function useUsage(account: string) {
  const region = useRegion();
  const { data: detector } = useDetector();
  return useLoad(`usage ${account}`, () => readUsage(region, detector ?? "", account), { off: !detector });
}

type Row = [key: string | undefined, amount: string | undefined];

async function readUsage(region: string, DetectorId: string, account: string): Promise<Usage> {
  const amounts = async (type: UsageStatisticType, Unit: string, rows: (s: UsageStatistics) => Row[] | undefined, Resources?: string[]) => {
    const { UsageStatistics } = await guardduty(region).send(
      new GetUsageStatisticsCommand({
        DetectorId,
        UsageStatisticType: type,
        UsageCriteria: { AccountIds: account ? [account] : undefined, Features: [...features], Resources },
        Unit,
        MaxResults: most,
      }),
    );
    return new Map((rows(UsageStatistics ?? {}) ?? []).map(([key, amount]) => [key ?? "", Number(amount ?? 0)]));
  };
  const ask = async (type: UsageStatisticType, rows: (s: UsageStatistics) => Row[] | undefined): Promise<Use[]> => {
    const [events, bytes] = await Promise.all([amounts(type, unit.events, rows), amounts(type, unit.bytes, rows)]);
    return usesOf(events, bytes);
  };
  // By events the server's top would be others, so that the events are asked of those with the most bytes.
  const top = async (): Promise<Use[]> => {
    const bytes = await amounts("TOP_RESOURCES", unit.bytes, (s) => s.TopResources?.map((r) => [r.Resource, r.Total?.Amount]));
    if (!bytes.size) return [];
    return usesOf(await amounts("SUM_BY_RESOURCE", unit.events, (s) => s.SumByResource?.map((r) => [r.Resource, r.Total?.Amount]), [...bytes.keys()]), bytes);
  };
  const [byFeature, byResource] = await Promise.all([
    ask("SUM_BY_FEATURES", (s) => s.SumByFeature?.map((f) => [f.Feature, f.Total?.Amount])),
    top(),
  ]);
  return { features: byFeature, resources: byResource };
}

const usesOf = (events: Map<string, number>, bytes: Map<string, number>): Use[] =>
  [...bytes].map(([key, gb]) => ({ key, events: events.get(key) ?? 0, bytes: Math.round(gb * 1e9) }));

export interface Covered {
  accountId: string;
  kind: string; // "CloudTrail", "VPC flow", "DNS" or "S3 data events"
  state: "on" | "off" | "suspended" | "no detector";
  last30Days: { records: number; bytes: number };
  last?: number; // seconds since the epoch
  silent?: boolean; // none come any more
  skipped?: Record<string, number>; // records that were not analysed, by reason
}

export interface CoveredResource {
  accountId: string;
  kind: string;
  resource: string; // an ARN
  last: string; // a day
  records: number;
  bytes: number;
}

export function useCoverage() {
  const region = useRegion();
  const off = !useMay()("guardduty:ListCoverage");
  return useLoad("coverage", () => call<Covered[]>("GET", `regions/${region}/coverage`), { live: ["members", "detector"], off });
}

export function useCoveredResources() {
  const region = useRegion();
  return useLoad("coverage/resources", () => call<CoveredResource[]>("GET", `regions/${region}/coverage/resources`));
}
