// The questions of the widgets.

import { countBySeverity, listFindings } from "../../api/findings.ts";
import { type Group, groupFindings, mostGroups } from "../../api/statistics.ts";
import { attackSequences, type Band, bandNames, bands, choose, type Criterion, toApi } from "../findings/criteria.ts";
import { type About, type Place, useAbout, useEach } from "./context.tsx";
import { current, dayPeriod, daysOf, findingsOf, periodBefore, periodOf } from "./scope.ts";
import { joinBands, type TypeGroup } from "./tally.ts";

type GroupBy = Parameters<typeof groupFindings>[2];

const now = () => Date.now();

// asked are criteria of the period, for the API.
const asked = ({ days, accounts }: About, more: Criterion = {}) => toApi(findingsOf(accounts, periodOf(days, now()), { ...current, ...more }));
const askedBefore = ({ days, accounts }: About, more: Criterion = {}) =>
  toApi(findingsOf(accounts, periodBefore(days, now()), { ...current, ...more }));

export interface NowAndBefore<T> {
  now: T;
  before: T;
}

async function both<T>(about: About, more: Criterion, ask: (criterion: ReturnType<typeof asked>) => Promise<T>): Promise<NowAndBefore<T>> {
  const [now, before] = await Promise.all([ask(asked(about, more)), ask(askedBefore(about, more))]);
  return { now, before };
}

export const isSequence: Criterion = { type: { equals: attackSequences } };

export const ofBands = (chosen: readonly Band[]) => choose({}, "severity", chosen.flatMap((band) => [...bands[band]]));

export function useSeverities(name: string, more: Criterion = {}) {
  const about = useAbout();
  return useEach(name, ({ region, detector }) => both(about, more, (criterion) => countBySeverity(region, detector, criterion)));
}

// useSeverest reads the most severe findings, of equals the latest.
export function useSeverest(most: number, more: Criterion) {
  const about = useAbout();
  return useEach(`severest ${JSON.stringify(more)}`, async ({ region, detector }) => {
    const query = { criterion: asked(about, more), sort: "severity", descending: true, size: most };
    return (await listFindings(region, detector, query)).findings;
  });
}

export function useGroupsNowAndBefore(by: GroupBy) {
  const about = useAbout();
  return useEach(`before ${by}`, ({ region, detector }) => both(about, {}, (criterion) => groupFindings(region, detector, by, criterion)));
}

export function useGroups(by: GroupBy, more: Criterion) {
  const about = useAbout();
  return useEach(`${by} ${JSON.stringify(more)}`, ({ region, detector }) => groupFindings(region, detector, by, asked(about, more)));
}

// useTypes groups findings by type, with severities: those with the most and, where one call doesn't return all, those with the fewest.
export function useTypes() {
  const about = useAbout();
  const ofBand = async ({ region, detector }: Place, band: Band): Promise<TypeGroup[]> => {
    const criterion = asked(about, ofBands([band]));
    const most = await groupFindings(region, detector, "FINDING_TYPE", criterion);
    const fewest = most.length < mostGroups ? [] : await groupFindings(region, detector, "FINDING_TYPE", criterion, "ASC");
    const known = new Set(most.map((g) => g.key));
    return [...most, ...fewest.filter((g) => !known.has(g.key))].map((g) => ({ ...g, band }));
  };
  return useEach("types", async (place) => joinBands((await Promise.all(bandNames.map((band) => ofBand(place, band)))).flat()));
}

export const shownDays = (days: number) => Math.max(7, days);

// useDays counts the findings of each day by severity.
export function useDays() {
  const about = useAbout();
  return useEach(`days`, ({ region, detector }) => readDays(region, detector, about.accounts, daysOf(shownDays(about.days), now())));
}

// One call returns so many groups at most, of a day and a severity each; of fewer days there are fewer.
async function readDays(region: string, detector: string, accounts: string[], days: string[]): Promise<Group[]> {
  const first = dayPeriod(days[0] ?? "").from;
  const { to } = dayPeriod(days.at(-1) ?? "");
  const groups = await groupFindings(region, detector, "DATE", toApi(findingsOf(accounts, { from: first, to }, current)));
  if (groups.length < mostGroups || days.length === 1) return groups;
  const middle = Math.ceil(days.length / 2);
  const halves = await Promise.all([days.slice(0, middle), days.slice(middle)].map((half) => readDays(region, detector, accounts, half)));
  return halves.flat();
}
