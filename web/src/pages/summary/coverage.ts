// What comes of the logs that should come.

import type { Covered } from "../../api/statistics.ts";

export interface KindCovered {
  kind: string;
  on: number; // accounts, in each region, that analyse such logs
  coming: number; // of them, those whose logs come
  silent: Covered[]; // those whose logs stopped
  never: number; // those of which none came yet
}

export interface Coverage {
  accounts: number;
  enabled: number; // in every region where anything is known of them
  partly: number; // in some of those regions only
  kinds: KindCovered[];
}

// cover counts; known are accounts that are there even if nothing is known of their logs.
export function cover(rows: readonly Covered[], known: readonly string[]): Coverage {
  const accounts = new Set([...known, ...rows.map((r) => r.accountId)]);
  const regions = new Map<string, Map<string, boolean>>(); // of an account, those where the service is on
  for (const { accountId, region, state } of rows) {
    const on = regions.get(accountId) ?? new Map<string, boolean>();
    regions.set(accountId, on.set(region, state === "on" || (on.get(region) ?? false)));
  }
  const whole = [...regions.values()].map((on) => new Set(on.values()));
  const kinds = [...new Set(rows.map((r) => r.kind))].map((kind): KindCovered => {
    const on = rows.filter((r) => r.kind === kind && r.state === "on");
    const silent = on.filter((r) => r.silent);
    const never = on.filter((r) => !r.silent && !r.last).length;
    return { kind, on: on.length, silent, never, coming: on.length - silent.length - never };
  });
  return { accounts: accounts.size, enabled: whole.filter((w) => !w.has(false)).length, partly: whole.filter((w) => w.size > 1).length, kinds };
}
