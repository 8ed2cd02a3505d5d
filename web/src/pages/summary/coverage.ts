// What comes of the logs that should come.

import type { Covered } from "../../api/statistics.ts";

interface KindCovered {
  kind: string;
  on: number; // accounts, in each region, that analyse such logs
  coming: number; // of them, those whose logs come
  silent: Covered[]; // those whose logs stopped
  never: number; // those of which none came yet
}

export interface Coverage {
  accounts: number;
  enabled: number; // somewhere
  kinds: KindCovered[];
}

// cover counts; known are accounts that are there even if nothing is known of their logs.
export function cover(rows: readonly Covered[], known: readonly string[]): Coverage {
  const accounts = new Set([...known, ...rows.map((r) => r.accountId)]);
  const enabled = new Set(rows.filter((r) => r.state === "on").map((r) => r.accountId));
  const kinds = [...new Set(rows.map((r) => r.kind))].map((kind): KindCovered => {
    const on = rows.filter((r) => r.kind === kind && r.state === "on");
    const silent = on.filter((r) => r.silent);
    const never = on.filter((r) => !r.silent && !r.last).length;
    return { kind, on: on.length, silent, never, coming: on.length - silent.length - never };
  });
  return { accounts: accounts.size, enabled: enabled.size, kinds };
}
