// What who is signed in may do in the page's region: useMay()("guardduty:CreateMembers"). Hide what may not be done; the server
// refuses it all the same.

import { useRegion } from "../app/router.ts";
import { call } from "./call.ts";
import { useLoad } from "./load.ts";
import { useSession } from "./session.ts";

export const useMay = () => usePermissions().may;

// usePermissions says too whether it is known yet, or can't be known: until then nothing may be done.
export function usePermissions(): { may: (action: string) => boolean; known: boolean; failed: boolean } {
  const here = useRegion();
  const { regions } = useSession();
  const region = regions.includes(here) ? here : (regions[0] ?? "");
  const { data, error } = useLoad("permissions", () => permissions(region), { region, keep: 5000 });
  return { may: (action) => data?.has(action) ?? false, known: data !== undefined || error !== undefined, failed: data === undefined && error !== undefined };
}

async function permissions(region: string): Promise<Set<string>> {
  const { allowed } = await call<{ allowed: string[] }>("GET", `permissions?region=${encodeURIComponent(region)}`);
  return new Set(allowed);
}
