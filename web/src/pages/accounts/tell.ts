// Tells what an act did, and which accounts it left as they were, and why.

import type { Refusal } from "../../api/batches.ts";
import { describe } from "../../api/errors.ts";
import { flash } from "../../api/flash.ts";
import { texts } from "../../texts/accounts.ts";
import { doneBy, type Outcome, toName } from "./outcome.ts";

const most = 5;

// tell is asked on a page of the region here. It throws what failed if nothing was done anywhere.
export function tell(outcomes: readonly Outcome[], here: string, done: (accounts: number, regions: readonly string[]) => string) {
  for (const { region, refused } of outcomes) tellRefused(refused, region);
  const failures = outcomes.flatMap(({ region, failed }) => (failed ? [{ region, ...failed }] : []));
  const { accounts, regions } = doneBy(outcomes);
  if (!accounts && failures[0]) throw failures[0].error;
  for (const { region, ids, error } of failures) flash.warning(describe(error).text, header(ids.length, region));
  if (accounts) flash.success(done(accounts, toName(regions, here)));
}

function tellRefused(refused: Refusal[], region: string) {
  if (!refused.length) return;
  const lines = refused.slice(0, most).map((r) => `${r.accountId}: ${r.reason}`);
  if (refused.length > most) lines.push(texts.showMore(refused.length - most));
  flash.warning(lines.join(" · "), header(refused.length, region));
}

const header = (n: number, region: string) => `${region}: ${texts.refused(n)}`;
