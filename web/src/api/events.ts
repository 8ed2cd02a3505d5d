// What the server tells while a page is open: something of a kind changed in a region, read it again. One stream a region,
// shared; without it a page shows what it read until it is asked to read again.

import { base } from "./call.ts";

export type Kind = "findings" | "members" | "invitations" | "detector";

const kinds: Kind[] = ["findings", "members", "invitations", "detector"];
const pause = 2000; // between two tellings of one kind

interface Stream {
  source: EventSource;
  listeners: Set<(kind: Kind) => void>;
}

const streams = new Map<string, Stream>();

// listen calls changed when something of these kinds changed in the region, at most once in two seconds, until it is ended by
// calling what it returns.
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
    stream.source.close();
    if (streams.get(region) === stream) streams.delete(region);
  };
}

function open(region: string): Stream {
  const source = new EventSource(`${base}api/events?region=${encodeURIComponent(region)}`);
  const listeners = new Set<(kind: Kind) => void>();
  for (const kind of kinds) source.addEventListener(kind, () => [...listeners].forEach((tell) => tell(kind)));
  // What changed while the stream was down was not told.
  let opened = false;
  source.addEventListener("open", () => {
    if (opened) kinds.forEach((kind) => [...listeners].forEach((tell) => tell(kind)));
    opened = true;
  });
  return { source, listeners };
}
