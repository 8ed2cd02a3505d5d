// The administrator, or who invites, with the name that the invitation tells who may read it.

import { useInvitations } from "../api/invitations.ts";
import { useMay } from "../api/permissions.ts";
import { named } from "./accountIds.ts";

export function useNamed(): (id: string) => string {
  const { data } = useInvitations(!useMay()("guardduty:ListInvitations"));
  return (id) => named(id, data?.find((i) => i.accountId === id)?.name);
}
