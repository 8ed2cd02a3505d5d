// What all widgets share: what the summary is about, where it asks, and when it asks again.

import { createContext, useCallback, useContext, useEffect, useRef, useState } from "react";
import { listen } from "../../api/events.ts";
import { detectorOf } from "../../api/guardduty.ts";
import { type Loaded, useLoad } from "../../api/load.ts";
import { type Answers, askEach } from "../../api/regions.ts";
import type { Scope } from "./scope.ts";
import type { Answer } from "./tally.ts";

export interface Place {
  region: string;
  detector: string;
}

export interface About extends Scope {
  places: Place[];
  turn: number; // goes up when everything is to be read again
}

export const AboutContext = createContext<About>({ days: 1, everywhere: false, accounts: [], places: [], turn: 0 });

export const useAbout = () => useContext(AboutContext);

export interface Places {
  on: Place[]; // where the service is on: those are asked
  refused: Map<string, unknown>; // regions of which that can't be known, and why
}

// usePlaces finds them among these regions, which are named with commas between them.
export function usePlaces(regions: string): Loaded<Places> {
  const read = async () => {
    const { of, refused } = await askSome(regions.split(","), detectorOf);
    return { on: [...of].flatMap(([region, detector]) => (detector ? [{ region, detector }] : [])), refused };
  };
  return useLoad("summary/places", read, { live: ["detector"], region: regions });
}

// askSome is askEach, and fails where no region answers.
async function askSome<T>(regions: readonly string[], ask: (region: string) => Promise<T>): Promise<Answers<T>> {
  const answers = await askEach(regions, ask);
  if (!answers.of.size) throw [...answers.refused.values()][0];
  return answers;
}

export interface Each<T> extends Loaded<Answer<T>[]> {
  refused: ReadonlyMap<string, unknown>; // regions that are not among the answers, and why
}

const none: Each<never>["refused"] = new Map();

// useEach asks every place, of what name says; it is asked again when it is time.
export function useEach<T>(name: string, ask: (place: Place) => Promise<T>): Each<T> {
  const { places, days, accounts, turn } = useAbout();
  const key = `summary/${name} ${JSON.stringify([days, accounts, places])}`;
  const detectors = new Map(places.map((p) => [p.region, p.detector]));
  const read = async () => {
    const { of, refused } = await askSome([...detectors.keys()], (region) => ask({ region, detector: detectors.get(region) ?? "" }));
    return { answers: [...of].map(([region, answer]) => ({ region, answer })), refused };
  };
  const { data, ...loaded } = useLoad(key, read, { off: !places.length });
  useTurned(turn, loaded.reload);
  return { ...loaded, data: data?.answers, refused: data?.refused ?? none };
}

// useTurned reads again with each turn; what is shown for the first time is read anyway.
export function useTurned(turn: number, reload: () => Promise<void>) {
  const asked = useRef(turn);
  useEffect(() => {
    if (asked.current === turn) return;
    asked.current = turn;
    void reload();
  }, [turn, reload]);
}

const pause = 30_000; // findings may come all the time, and each turn costs a dozen counts

// useTurns counts turns: each time that somebody asks, and when something was found or archived in these regions, but not more often than every
// half minute.
export function useTurns(regions: string): [number, () => void] {
  const [turn, setTurn] = useState(0);
  const next = useCallback(() => setTurn((n) => n + 1), []);
  useEffect(() => {
    let last = Date.now();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const end = listen(regions, ["findings", "marks"], () => {
      waiting ??= setTimeout(
        () => {
          waiting = undefined;
          last = Date.now();
          next();
        },
        Math.max(0, last + pause - Date.now()),
      );
    });
    return () => {
      clearTimeout(waiting);
      end();
    };
  }, [regions, next]);
  return [turn, next];
}
