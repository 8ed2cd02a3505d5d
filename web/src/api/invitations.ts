// Invitations to this account, of a region.

import { GetInvitationsCountCommand } from "@aws-sdk/client-guardduty";
import { guardduty } from "./guardduty.ts";
import { useLoad } from "./load.ts";
import { useMay } from "./permissions.ts";

// useInvitationsCount is how many wait for an answer.
export function useInvitationsCount(region: string): number {
  const allowed = useMay()("guardduty:GetInvitationsCount");
  const count = () => guardduty(region).send(new GetInvitationsCountCommand({}));
  return useLoad("invitations/count", count, { region, live: ["invitations"], off: !allowed }).data?.InvitationsCount ?? 0;
}
