// Archives what a filter matches that was there before it: the filter is made by then, and stays whatever comes of this.

import { describe } from "../../api/errors.ts";
import { archiveMatching, type Criteria } from "../../api/filters.ts";
import { flash } from "../../api/flash.ts";
import { texts } from "../../texts/filters.ts";

// archiveNow tells how far it came, on the next page too.
export async function archiveNow(region: string, detector: string, criteria: Criteria) {
  const { archived, error } = await archiveMatching(region, detector, criteria);
  if (archived || !error) flash.success(texts.archived(archived), { keep: true });
  if (error) flash.warning(describe(error).text, texts.notArchived, { keep: true });
}
