// Tells which accounts a call left as they were, and why.

import type { Refusal } from "../../api/batches.ts";
import { flash } from "../../api/flash.ts";
import { texts } from "../../texts/accounts.ts";

const most = 5;

export function tellRefused(refused: Refusal[], region?: string) {
  if (!refused.length) return;
  const lines = refused.slice(0, most).map((r) => `${r.accountId}: ${r.reason}`);
  if (refused.length > most) lines.push(texts.showMore(refused.length - most));
  flash.warning(lines.join(" · "), (region ? `${region}: ` : "") + texts.refused(refused.length));
}
