// What was analysed of each account: the sum of all kinds of its logs.

import type { Covered, Use } from "../../api/usage.ts";

export function byAccount(coverage: readonly Covered[]): Use[] {
  const uses = new Map<string, Use>();
  for (const { accountId: key, last30Days: amount } of coverage) {
    const before = uses.get(key) ?? { key, events: 0, bytes: 0 };
    uses.set(key, { key, events: before.events + amount.records, bytes: before.bytes + amount.bytes });
  }
  return [...uses.values()];
}
