// useLoad reads something and keeps it read: components that name the same key share one reading, what was read stays to be
// seen while it is read again, and what events name in `live` has it read again, as what failed has the server's return.

import { useCallback, useEffect, useSyncExternalStore } from "react";
import { useRegion } from "../app/router.ts";
import { type Kind, listen, returns } from "./events.ts";
import { useSessionState, whoIs } from "./session.ts";

export interface Loaded<T> {
  data: T | undefined; // the last that was read
  error: unknown; // of the last reading
  loading: boolean;
  reload: () => Promise<void>; // fulfilled when it is read, or could not be
}

interface Options {
  live?: Kind[];
  region?: string; // by default the page's; several with commas
  off?: boolean; // reads nothing
  keep?: number; // ms for which what was read for others needs no reading for one more
}

const same = 50; // ms, in which what a page shows at several places is read once
const ahead = 5000; // ms, in which what was read ahead is the page's first reading

// The key is the region's own: a page never sees what it read for another region, nor what another person read.
export function useLoad<T>(key: string, load: () => Promise<T>, options: Options = {}): Loaded<T> {
  const here = useRegion();
  const region = options.region ?? here;
  const who = whoIs(useSessionState());
  const keep = options.keep ?? same;
  const name = options.off ? "" : nameOf(who, region, key);
  const watch = useCallback((changed: () => void) => (name ? subscribe(name, changed) : () => {}), [name]);
  const now = useSyncExternalStore(watch, () => (name ? entry(name).now : nothing)) as Snapshot<T>;
  const reload = useCallback(() => (name ? read(name) : Promise.resolve()), [name]);

  if (name) entry(name).load = load;
  useEffect(() => {
    if (name) begin(name, keep);
  }, [name, keep]);
  const live = options.live?.join(" ");
  useEffect(() => {
    if (name && live) return listen(region, live.split(" ") as Kind[], () => void read(name));
  }, [name, live, region]);

  return { ...now, reload };
}

// readAhead reads what a page will show, while its code is loaded; what is known already is not read.
export async function readAhead<T>(key: string, region: string, load: () => Promise<T>): Promise<T | undefined> {
  const name = nameOf(whoIs(), region, key);
  const e = entry(name);
  if (e.now.data === undefined) {
    e.load = load;
    e.ahead = true;
    await (e.reading ?? read(name));
  }
  return e.now.data as T | undefined;
}

// readAgain reads again what is shown of a region whose key begins so.
export async function readAgain(region: string, key: string) {
  const begins = nameOf(whoIs(), region, key);
  await Promise.all([...entries].flatMap(([name, e]) => (e.watchers.size && name.startsWith(begins) ? [read(name)] : [])));
}

// What could not be read is read again when the server is back.
returns.watch(() => {
  for (const [name, e] of entries) if (e.watchers.size && e.now.error !== undefined) void read(name);
});

const nameOf = (who: string, region: string, key: string) => `${who} ${region} ${key}`;

interface Snapshot<T> {
  data: T | undefined;
  error: unknown;
  loading: boolean;
}

interface Entry {
  now: Snapshot<unknown>;
  load: () => Promise<unknown>;
  reading?: Promise<void>;
  again: boolean; // asked for while it was read
  began: number; // when it was read last
  ahead: boolean; // for a page that did not show it yet
  watchers: Set<() => void>;
}

const nothing: Snapshot<never> = { data: undefined, error: undefined, loading: false };
const maxIdle = 40; // readings that nobody shows, kept for going back
const entries = new Map<string, Entry>();

function entry(name: string): Entry {
  let found = entries.get(name);
  if (!found) {
    found = { now: { ...nothing, loading: true }, load: () => Promise.resolve(undefined), again: false, began: -Infinity, ahead: false, watchers: new Set() };
    entries.set(name, found);
  }
  return found;
}

function subscribe(name: string, changed: () => void) {
  const e = entry(name);
  e.watchers.add(changed);
  return () => {
    e.watchers.delete(changed);
    if (e.watchers.size) return;
    entries.delete(name);
    entries.set(name, e);
    const idle = [...entries].filter(([, other]) => !other.watchers.size);
    for (const [old] of idle.slice(0, Math.max(0, idle.length - maxIdle))) entries.delete(old);
  };
}

// begin reads an entry for who begins to show it, unless that was done just now.
function begin(name: string, keep: number) {
  const e = entry(name);
  const known = !e.now.error && performance.now() - e.began < (e.ahead ? ahead : keep);
  e.ahead = false;
  if (!known) void read(name);
}

// read reads an entry; who asks while it is read gets what is read after.
function read(name: string): Promise<void> {
  const e = entry(name);
  if (e.reading) {
    e.again = true;
    return e.reading;
  }
  e.reading = (async () => {
    do {
      e.again = false;
      e.began = performance.now();
      set(e, { ...e.now, loading: true });
      try {
        set(e, { data: await e.load(), error: undefined, loading: false });
      } catch (error) {
        set(e, { data: e.now.data, error, loading: false });
      }
    } while (e.again);
    e.reading = undefined;
  })();
  return e.reading;
}

function set(e: Entry, now: Snapshot<unknown>) {
  e.now = now;
  for (const changed of [...e.watchers]) changed();
}
