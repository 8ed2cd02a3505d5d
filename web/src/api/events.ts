// What the server tells while a page is open: something of a kind changed in a region, read it again. A window has one stream, for all
// regions that it looks at; without it a page shows what it read until it is asked to read again. A hidden window has none: browsers
// open six connections to a server, and each stream keeps one. The stream tells too whether the server is there at all.

import { base, reachable } from "./call.ts";
import { readSession } from "./session.ts";
import { store } from "./store.ts";

export type Kind = "findings" | "marks" | "members" | "invitations" | "detector";

const kinds: Kind[] = ["findings", "marks", "members", "invitations", "detector"];
const pause = 2000; // between two tellings of one kind
const patience = 4000; // ms without a stream, in which a server is started again, until the page says so
const retry = 4000; // ms until a stream that the browser gave up is opened again
const later = 60_000; // ms until one that the server refused is asked for again: there may be too many

interface Listener {
  regions: string[];
  tell: (kind: Kind) => void;
  heard: boolean; // a stream was open for it
}

interface Stream {
  regions: string;
  source: EventSource;
}

// lost says that the server doesn't answer; returns counts how often it came back.
export const lost = store(false);
export const returns = store(0);

let losing: ReturnType<typeof setTimeout> | undefined;

function down() {
  losing ??= setTimeout(() => lost.set(true), patience);
}

function up(back = lost.get()) {
  clearTimeout(losing);
  losing = undefined;
  lost.set(false);
  if (back) returns.set(returns.get() + 1);
}

const listeners = new Set<Listener>();
let stream: Stream | undefined;
let missed = false; // what changed while no stream was open was not told

// listen calls changed when something of these kinds changed in the region, at most once in two seconds, until it is ended by
// calling what it returns. Several regions are named with commas between them.
export function listen(region: string, which: Kind[], changed: () => void): () => void {
  if (!region) return () => {};
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const tell = (kind: Kind) => {
    if (!which.includes(kind) || waiting !== undefined) return;
    const wait = Math.max(0, last + pause - Date.now());
    waiting = setTimeout(() => {
      waiting = undefined;
      last = Date.now();
      changed();
    }, wait);
  };
  const listener = { regions: region.split(","), tell, heard: false };
  listeners.add(listener);
  queueMicrotask(follow); // what else a page changes comes first
  return () => {
    clearTimeout(waiting);
    listeners.delete(listener);
    queueMicrotask(follow);
  };
}

// follow makes the stream one of all regions that are listened to, and of no other.
function follow() {
  const wanted = document.hidden ? [] : [...listeners].flatMap((listener) => listener.regions);
  const regions = [...new Set(wanted)].sort().join();
  if (regions === (stream?.regions ?? "")) return;
  for (const listener of listeners) listener.heard ||= listener.regions.every((region) => stream?.regions.split(",").includes(region));
  stream?.source.close();
  stream = regions ? connect(regions) : undefined;
}

function connect(regions: string): Stream {
  const query = new URLSearchParams(regions.split(",").map((region) => ["region", region]));
  const source = new EventSource(`${base}api/events?${query.toString()}`);
  const current = () => stream?.source === source;
  let opened = false;
  const tell = (kind: Kind, { data }: MessageEvent<string>) => {
    const { region } = JSON.parse(data) as { region: string };
    for (const listener of [...listeners]) if (listener.regions.includes(region)) listener.tell(kind);
  };
  for (const kind of kinds) source.addEventListener(kind, (event) => tell(kind, event));
  source.addEventListener("open", () => {
    opened = true;
    const back = missed || lost.get();
    missed = false;
    up(back);
    for (const listener of [...listeners]) {
      if (back || listener.heard) kinds.forEach(listener.tell);
      listener.heard = true;
    }
  });
  source.addEventListener("error", () => {
    missed = true;
    if (source.readyState === EventSource.CLOSED) void refused();
    else if (current()) down();
  });
  return { regions, source };

  // A stream that is refused is no more: by the server, who has its reason, or by what stands before it.
  async function refused() {
    const there = await reachable();
    if (!current()) return;
    if (there) {
      up();
      void readSession();
    } else down();
    setTimeout(() => current() && (stream = connect(regions)), there && !opened ? later : retry);
  }
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(losing);
  losing = undefined;
  missed = true;
  follow();
});
