// The region that one works in where an address names none: the last one chosen, or the first there is.

import { useSession } from "../api/session.ts";
import { recall } from "./memory.ts";

export function useDefaultRegion(): string {
  const { regions } = useSession();
  const last = recall("region");
  return last && regions.includes(last) ? last : (regions[0] ?? "");
}
