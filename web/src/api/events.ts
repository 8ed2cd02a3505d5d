// What the server tells while a page is open: something of a kind changed in a region, read it again. One stream a region,
// shared; without it a page shows what it read until it is asked to read again. A hidden page listens to nothing: browsers open six
// connections to a server, and each stream keeps one.

import { base } from "./call.ts";

export type Kind = "findings" | "members" | "invitations" | "detector";

const kinds: Kind[] = ["findings", "members", "invitations", "detector"];
const pause = 2000; // between two tellings of one kind

interface Stream {
  source?: EventSource; // while the page is seen
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
  const source = (stream.source = new EventSource(`${base}api/events?region=${encodeURIComponent(region)}`));
  for (const kind of kinds) source.addEventListener(kind, () => tell(kind));
  source.addEventListener("open", () => {
    if (late) kinds.forEach(tell);
    late = true;
  });
}

document.addEventListener("visibilitychange", () => {
  for (const [region, stream] of streams) {
    stream.source?.close();
    stream.source = undefined;
    if (!document.hidden) connect(region, stream, true);
  }
});
