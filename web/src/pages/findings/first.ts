// The first page of findings: read while the code that shows it is loaded.

import { type FindingPage, listFindings } from "../../api/findings.ts";
import { detectorOf } from "../../api/guardduty.ts";
import { readAhead } from "../../api/load.ts";
import { recallPreferences } from "../../components/preferences.ts";
import { asked, readShown, type Shown } from "./address.ts";
import { pathOf } from "./catalogue.ts";
import { toApi } from "./criteria.ts";

export const standardSize = 50;

// queryOf tells what is asked for, whichever page of it.
export const queryOf = (detector: string | undefined, shown: Shown, size: number) =>
  JSON.stringify([detector, toApi(asked(shown)), shown.sort, shown.descending, size]);

// pageOf is the reading of a page: of the first, or of the one that comes after.
export function pageOf(region: string, detector: string, shown: Shown, size: number, after?: string) {
  const { sort, descending } = shown;
  return {
    key: `findings ${queryOf(detector, shown, size)} ${after ?? ""}`,
    read: (): Promise<FindingPage> => listFindings(region, detector, { criterion: toApi(asked(shown)), sort, descending, size, after }),
  };
}

export async function readFirst(region: string, query: URLSearchParams) {
  const detector = await readAhead("detector", region, () => detectorOf(region));
  if (!detector) return;
  const { key, read } = pageOf(region, detector, readShown(query, pathOf), recallPreferences("findings").pageSize ?? standardSize);
  await readAhead(key, region, read);
}
