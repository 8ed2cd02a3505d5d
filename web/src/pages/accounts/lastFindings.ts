// When each member's last finding was, of those that have the most.

import { GetFindingsStatisticsCommand } from "@aws-sdk/client-guardduty";
import { useDetector, useGuardDuty } from "../../api/guardduty.ts";
import { useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";

const none = new Map<string, number>();

export function useLastFindings(): ReadonlyMap<string, number> {
  const client = useGuardDuty();
  const { data: DetectorId } = useDetector();
  const off = !useMay()("guardduty:GetFindingsStatistics") || !DetectorId;
  const read = async () => {
    const { FindingStatistics } = await client.send(
      new GetFindingsStatisticsCommand({ DetectorId: DetectorId ?? "", GroupBy: "ACCOUNT", MaxResults: 100 }),
    );
    const accounts = FindingStatistics?.GroupedByAccount ?? [];
    return new Map(accounts.map((a) => [a.AccountId ?? "", a.LastGeneratedAt?.getTime() ?? 0]));
  };
  return useLoad("last findings", read, { off, live: ["findings"] }).data ?? none;
}
