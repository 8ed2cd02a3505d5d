// When each member's last finding was.

import { call } from "../../api/call.ts";
import { useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";

const none = {};

export function useLastFindings(): Readonly<Record<string, number>> {
  const region = useRegion();
  const off = !useMay()("guardduty:GetFindingsStatistics");
  return useLoad("last findings", () => call<Record<string, number>>("GET", `regions/${region}/last-findings`), { off, live: ["findings"] }).data ?? none;
}
