// Adds up what regions answer.

import type { Finding } from "@aws-sdk/client-guardduty";
import type { Group } from "../../api/statistics.ts";
import { type Band, bandNames } from "../findings/criteria.ts";

export interface Answer<T> {
  region: string;
  answer: T;
}

// Places are the numbers of each region; what is shown of them leads to the findings there.
export type Places = Record<string, number>;

export interface Tally extends Group {
  at: Places;
}

export const sum = (places: Places) => Object.values(places).reduce((a, b) => a + b, 0);

export const placesOf = (answers: readonly Answer<number>[]): Places => Object.fromEntries(answers.map((a) => [a.region, a.answer]));

// addUp adds groups of several regions, the largest first.
export function addUp<G extends Group>(answers: readonly Answer<G[]>[], same: (g: G) => string = (g) => g.key): (G & Tally)[] {
  const all = new Map<string, G & Tally>();
  for (const { region, answer } of answers) {
    for (const group of answer) {
      const before = all.get(same(group));
      if (before) {
        before.count += group.count;
        before.last = Math.max(before.last, group.last);
        before.at[region] = (before.at[region] ?? 0) + group.count;
      } else all.set(same(group), { ...group, at: { [region]: group.count } });
    }
  }
  return [...all.values()].sort((a, b) => b.count - a.count || a.key.localeCompare(b.key));
}

export interface TypeGroup extends Group {
  band: Band; // the highest that it has
}

// joinBands makes one of the groups of a type that differ by severity.
export function joinBands(groups: readonly TypeGroup[]): TypeGroup[] {
  const all = new Map<string, TypeGroup>();
  for (const g of groups) {
    const before = all.get(g.key);
    if (!before) all.set(g.key, { ...g });
    else {
      before.count += g.count;
      before.last = Math.max(before.last, g.last);
      if (bandNames.indexOf(g.band) < bandNames.indexOf(before.band)) before.band = g.band;
    }
  }
  return [...all.values()];
}

// shareOf is a part in percent, with a decimal where whole ones would hardly differ.
export function shareOf(part: number, whole: number): string {
  const percent = whole ? (100 * part) / whole : 0;
  if (percent > 0 && percent < 0.1) return "<0.1%";
  return `${percent.toLocaleString("en", { maximumFractionDigits: percent < 9.95 ? 1 : 0 })}%`;
}

// least are the groups with the fewest, of these the latest first.
export const least = <T extends Group>(groups: readonly T[], most: number): T[] =>
  [...groups].sort((a, b) => a.count - b.count || b.last - a.last || a.key.localeCompare(b.key)).slice(0, most);

export interface Placed {
  region: string;
  finding: Finding;
}

const updated = ({ finding }: Placed) => Date.parse(finding.UpdatedAt ?? "") || 0;

// severest are the findings with the highest severities, of equals the latest first.
export const severest = (answers: readonly Answer<Finding[]>[], most: number): Placed[] =>
  answers
    .flatMap(({ region, answer }) => answer.map((finding) => ({ region, finding })))
    .sort((a, b) => (b.finding.Severity ?? 0) - (a.finding.Severity ?? 0) || updated(b) - updated(a))
    .slice(0, most);
