// What this account is to its organization, in a region.

import { useRegion } from "../app/router.ts";
import { call } from "./call.ts";
import { useLoad } from "./load.ts";
import { useSession } from "./session.ts";

interface Organization {
  managementAccountId?: string;
  administratorId?: string; // that it appointed here
  managed?: boolean; // this account is a member by it, which it can't end itself
}

export function useOrganization() {
  const region = useRegion();
  const { account } = useSession();
  const { data, reload } = useLoad("organization", () => call<Organization>("GET", `regions/${region}/organization`), { live: ["members", "detector"] });
  return {
    administrator: data?.administratorId,
    administers: data?.administratorId === account.accountId,
    manages: data?.managementAccountId === account.accountId,
    managed: data?.managed ?? false,
    reload,
  };
}
