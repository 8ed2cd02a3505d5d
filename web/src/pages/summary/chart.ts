// Numbers as the chart of days has them.

import { severityLabel } from "../../components/Severity.tsx";
import type { Group } from "../../api/statistics.ts";
import type { Band } from "../findings/criteria.ts";
import type { Answer, Places } from "./tally.ts";

// DayCounts are numbers by severity and day, and by day those of each region.
export interface DayCounts {
  bands: Map<Band, Map<string, number>>;
  days: Map<string, Places>;
}

export function byBand(answers: readonly Answer<Group[]>[]): DayCounts {
  const counts: DayCounts = { bands: new Map(), days: new Map() };
  for (const { region, answer } of answers) {
    for (const { key, severity = 0, count } of answer) {
      const band = severityLabel(severity);
      const days = counts.bands.get(band) ?? new Map<string, number>();
      counts.bands.set(band, days.set(key, (days.get(key) ?? 0) + count));
      const places = counts.days.get(key) ?? {};
      places[region] = (places[region] ?? 0) + count;
      counts.days.set(key, places);
    }
  }
  return counts;
}
