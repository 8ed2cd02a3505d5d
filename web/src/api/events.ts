// What the server tells while a page is open: something of a kind changed in a region, read it again. One stream for a region, or for
// several that are looked at together, shared; without it a page shows what it read until it is asked to read again. A hidden page
// listens to nothing: browsers open six connections to a server, and each stream keeps one. The streams tell too whether the server
// is there at all.

import { base, reachable } from "./call.ts";
import { readSession } from "./session.ts";
import { store } from "./store.ts";

export type Kind = "findings" | "marks" | "members" | "invitations" | "detector";

const kinds: Kind[] = ["findings", "marks", "members", "invitations", "detector"];
const pause = 2000; // between two tellings of one kind
const patience = 4000; // ms without a stream, in which a server is started again, until the page says so
const retry = 4000; // ms until a stream that the browser gave up is opened again
const later = 60_000; // ms until one that the server refused is asked for again: there may be too many

interface Stream {
  source?: EventSource; // while the page is seen
  listeners: Set<(kind: Kind) => void>;
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

const streams = new Map<string, Stream>();

// listen calls changed when something of these kinds changed in the region, at most once in two seconds, until it is ended by
// calling what it returns. Several regions are named with commas between them.
export function listen(region: string, which: Kind[], changed: () => void): () => void {
  if (!region) return () => {};
  let stream = streams.get(region);
  if (!stream) streams.set(region, (stream = open(region)));
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let last = 0;
  const listener = (kind: Kind) => {
    if (!which.includes(kind) || waiting !== undefined) return;
    const wait = Math.max(0, last + pause - Date.now());
    waiting = setTimeout(() => {
      waiting = undefined;
      last = Date.now();
      changed();
    }, wait);
  };
  stream.listeners.add(listener);
  return () => {
    clearTimeout(waiting);
    stream.listeners.delete(listener);
    if (stream.listeners.size) return;
    stream.source?.close();
    if (streams.get(region) === stream) streams.delete(region);
  };
}

function open(region: string): Stream {
  const stream: Stream = { listeners: new Set() };
  if (!document.hidden) connect(region, stream, false);
  return stream;
}

// What changed while the stream was down was not told, so all is read again once it is up.
function connect(region: string, stream: Stream, late: boolean) {
  const tell = (kind: Kind) => [...stream.listeners].forEach((listener) => listener(kind));
  const query = new URLSearchParams(region.split(",").map((one) => ["region", one]));
  const source = (stream.source = new EventSource(`${base}api/events?${query.toString()}`));
  const current = () => stream.source === source && streams.get(region) === stream;
  let opened = false;
  for (const kind of kinds) source.addEventListener(kind, () => tell(kind));
  source.addEventListener("open", () => {
    opened = true;
    const back = late || lost.get();
    late = true;
    up(back);
    if (back) kinds.forEach(tell);
  });
  source.addEventListener("error", () => {
    late = true;
    if (source.readyState === EventSource.CLOSED) void refused();
    else if (current()) down();
  });

  // A stream that is refused is no more: by the server, who has its reason, or by what stands before it.
  async function refused() {
    const there = await reachable();
    if (!current()) return;
    if (there) {
      up();
      void readSession();
    } else down();
    setTimeout(() => current() && connect(region, stream, true), there && !opened ? later : retry);
  }
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(losing);
  losing = undefined;
  for (const [region, stream] of streams) {
    stream.source?.close();
    stream.source = undefined;
    if (!document.hidden) connect(region, stream, true);
  }
});
