// An attack sequence: its signals in the order of time, and who and what had part in which.

import { at, type Doc, list, object, textAt } from "./document.ts";
import { time, words } from "./sections.ts";

export interface Signal {
  name: string;
  type: string;
  severity: number | undefined;
  first: number; // milliseconds
  last: number;
  count: number;
  description: string;
  uid: string;
  parties: string[];
  indicators: string[];
}

export interface Sequence {
  description: string;
  signals: Signal[];
  actors: string[];
  resources: string[];
  endpoints: string[];
  indicators: string[];
}

// sequenceOf is the sequence of a finding that is one.
export function sequenceOf(finding: Doc): Sequence | undefined {
  const sequence = object(at(finding, "service.detection.sequence"));
  const parts = (name: string, id: string, called: (part: Doc) => string) =>
    new Map(list(sequence[name]).map((part) => [textAt(part, id), called(object(part)) || textAt(part, id)]));
  const actors = parts("actors", "id", actor);
  const resources = parts("resources", "uid", resource);
  const endpoints = parts("endpoints", "id", endpoint);
  const signals = list(sequence.signals).map((signal) => {
    const s = object(signal);
    const first = time(s.firstSeenAt ?? s.createdAt);
    const named = (ids: unknown, of: Map<string, string>) => list(ids).map((id) => of.get(String(id)) ?? String(id));
    return {
      name: textAt(s, "name"),
      type: textAt(s, "type"),
      severity: typeof s.severity === "number" ? s.severity : undefined,
      first,
      last: time(s.lastSeenAt) || first,
      count: Number(s.count) || 1,
      description: textAt(s, "description"),
      uid: textAt(s, "uid"),
      parties: [...named(s.actorIds, actors), ...named(s.resourceUids, resources), ...named(s.endpointIds, endpoints)],
      indicators: list(s.signalIndicators).map(indicator),
    };
  });
  if (!signals.length) return undefined;
  signals.sort((a, b) => a.first - b.first || a.last - b.last);
  return {
    description: textAt(sequence, "description"),
    signals,
    actors: [...actors.values()],
    resources: [...resources.values()],
    endpoints: [...endpoints.values()],
    indicators: list(sequence.sequenceIndicators).map(indicator),
  };
}

const join = (parts: string[], by = ", ") => parts.filter(Boolean).join(by);

const actor = (a: Doc) => join([textAt(a, "user.name"), textAt(a, "process.name"), textAt(a, "session.issuer")]);

function resource(r: Doc): string {
  const type = words(textAt(r, "resourceType").toLowerCase());
  return join([type, textAt(r, "name") || textAt(r, "uid")], ": ");
}

const endpoint = (e: Doc) => join([textAt(e, "ip"), textAt(e, "domain"), textAt(e, "autonomousSystem.name"), join([textAt(e, "location.city"), textAt(e, "location.country")])]);

// indicator says what is suspicious: "Tactic: Impact, Discovery".
function indicator(i: unknown): string {
  return join([textAt(i, "title") || words(textAt(i, "key").toLowerCase()), list(object(i).values).map(String).join(", ")], ": ");
}
