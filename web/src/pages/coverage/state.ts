// What is to be told of logs of a kind.

import type { Covered } from "../../api/usage.ts";

export type State = "come" | "silent" | "none" | "off" | "suspended" | "no detector";

export function stateOf(c: Covered): State {
  if (c.state !== "on") return c.state;
  if (c.silent) return "silent";
  return c.last ? "come" : "none";
}

export const skippedOf = (c: Covered) => Object.values(c.skipped ?? {}).reduce((sum, n) => sum + n, 0);
