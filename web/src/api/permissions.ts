// What who is signed in may do in the page's region: useMay()("guardduty:CreateMembers"). Hide what may not be done; the server
// refuses it all the same.

import { useRegion } from "../app/router.ts";
import { call } from "./call.ts";
import { readAhead, useLoad } from "./load.ts";
import { type Session, useSession } from "./session.ts";

export const useMay = () => usePermissions().may;

// usePermissions says too whether it is known yet, or can't be known: until then nothing may be done.
export function usePermissions(): { may: (action: string) => boolean; known: boolean; failed: boolean } {
  const here = useRegion();
  const { regions } = useSession();
  const region = regionOf(here, regions);
  const { data, error } = useLoad("permissions", () => permissions(region), { region, keep: 5000 });
  return { may: (action) => data?.has(action) ?? false, known: data !== undefined || error !== undefined, failed: data === undefined && error !== undefined };
}

// readPermissions reads them ahead for a page of a region.
export async function readPermissions(here: string, { regions }: Session) {
  const region = regionOf(here, regions);
  await readAhead("permissions", region, () => permissions(region));
}

const regionOf = (here: string, regions: readonly string[]) => (regions.includes(here) ? here : (regions[0] ?? ""));

async function permissions(region: string): Promise<Set<string>> {
  const { allowed } = await call<{ allowed: string[] }>("GET", `permissions?region=${encodeURIComponent(region)}`);
  return new Set(allowed);
}
