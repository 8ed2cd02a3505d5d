// The accounts whose findings and logs one sees: one's own first, then the members that share theirs, with their names.

import { useCallback, useMemo } from "react";
import { useRegion } from "../app/router.ts";
import { useAdministrator } from "./invitations.ts";
import { useMembers } from "./members.ts";
import { useMay } from "./permissions.ts";
import { useSession } from "./session.ts";

export interface Account {
  id: string;
  name: string; // empty if it has none
}

export function useAccounts() {
  const region = useRegion();
  const may = useMay();
  const { account } = useSession();
  const administers = !useAdministrator().data;
  const members = useMembers(region, !may("guardduty:ListMembers") || !administers).data;

  const accounts = useMemo((): Account[] => {
    const shared = (members ?? []).filter((m) => m.status === "Enabled" || m.status === "Disabled");
    return [{ id: account.accountId, name: account.name }, ...shared.map((m) => ({ id: m.accountId, name: m.name ?? m.email }))];
  }, [account, members]);
  const names = useMemo(() => new Map(accounts.map((a) => [a.id, a.name])), [accounts]);
  const nameOf = useCallback((id: string) => (names.get(id) ? `${id} (${names.get(id)})` : id), [names]);
  return { accounts, nameOf, administers };
}
