// What came of an act that is done to accounts in several Regions, one after another: where it fails in one, it is done in the others.

import type { Refusal } from "../../api/batches.ts";

export interface Outcome {
  region: string;
  done: string[]; // account IDs
  refused: Refusal[];
  failed?: { ids: string[]; error: unknown }; // the whole of it
}

// inEach acts in each region that has accounts to act on.
export async function inEach(
  regions: readonly string[],
  idsIn: (region: string) => string[],
  act: (region: string, ids: string[]) => Promise<Refusal[]>,
): Promise<Outcome[]> {
  const all: Outcome[] = [];
  for (const region of regions) {
    const ids = idsIn(region);
    if (!ids.length) continue;
    try {
      const refused = await act(region, ids);
      const kept = new Set(refused.map((r) => r.accountId));
      all.push({ region, done: ids.filter((id) => !kept.has(id)), refused });
    } catch (error) {
      all.push({ region, done: [], refused: [], failed: { ids, error } });
    }
  }
  return all;
}

// doneBy are the accounts to which something was done, and the regions where.
export function doneBy(outcomes: readonly Outcome[]): { accounts: number; regions: string[] } {
  const some = outcomes.filter((o) => o.done.length);
  return { accounts: new Set(some.flatMap((o) => o.done)).size, regions: some.map((o) => o.region) };
}

// toName leaves out the page's own region where it is the only one: that goes without saying.
export const toName = (regions: readonly string[], here: string) => (regions.length === 1 && regions[0] === here ? [] : regions);
