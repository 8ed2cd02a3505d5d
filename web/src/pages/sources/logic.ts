// What is entered for a source, what is wrong with it, what is sent of it; and what is told of sources.

import type { Source, SourceStatus, TestStep } from "../../api/operator.ts";
import { texts } from "../../texts/sources.ts";

export type Kind = "folder" | "bucket" | "push";

export interface Entered {
  kind: Kind;
  id: string;
  location: string;
  account: string;
  region: string;
  endpoint: string;
  role: string;
  externalId: string;
  queue: string;
  since: string; // a day
}

export const blank: Entered = {
  kind: "folder", id: "", location: "", account: "", region: "", endpoint: "", role: "", externalId: "", queue: "", since: "",
};

export type Mistakes = Partial<Record<keyof Entered, string>>;

export const pushes = "push"; // what accounts push by themselves stands under it among sources

export function check(e: Entered, taken: readonly string[]): Mistakes {
  const wrong: Mistakes = {};
  if (e.id === pushes) wrong.id = texts.nameReserved;
  else if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(e.id)) wrong.id = texts.nameWrong;
  else if (taken.includes(e.id)) wrong.id = texts.nameTaken;
  if (e.kind === "folder" && !e.location.startsWith("/")) wrong.location = texts.folderWrong;
  if (e.kind === "bucket" && !/^s3:\/\/[a-z0-9][a-z0-9.-]+(\/.*)?$/.test(e.location)) wrong.location = texts.bucketWrong;
  if (e.account && !/^\d{12}$/.test(e.account)) wrong.account = texts.accountWrong;
  if (e.kind !== "bucket") return wrong;
  if (e.endpoint && !isUrl(e.endpoint)) wrong.endpoint = texts.urlWrong;
  if (e.queue && !isUrl(e.queue)) wrong.queue = texts.urlWrong;
  if (e.role && !/^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(e.role)) wrong.role = texts.roleWrong;
  if (e.externalId && !e.role) wrong.externalId = texts.externalIdWrong;
  return wrong;
}

function isUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return Boolean(url?.host) && (url?.protocol === "https:" || url?.protocol === "http:");
}

export function toSource(e: Entered): Partial<Source> {
  const source: Partial<Source> = {
    id: e.id,
    location: e.kind === "push" ? "push" : e.location,
    accountId: e.account || undefined,
    region: e.region || undefined,
  };
  if (e.kind !== "bucket") return source;
  return {
    ...source,
    endpoint: e.endpoint || undefined,
    role: e.role || undefined,
    externalId: e.externalId || undefined,
    queue: e.queue || undefined,
    since: e.since ? Date.parse(e.since) / 1000 : undefined,
  };
}

export type State = keyof typeof texts.states;

export const isPush = (s: Source) => s.location === "push";

export function stateOf(s: SourceStatus): State {
  if (s.paused) return "paused";
  if (s.failed) return "failed";
  if (!s.last) return "none";
  if (s.silent) return "silent";
  return isPush(s) || s.id === pushes ? "pushed" : "read";
}

// lagOf is how many seconds ago what was delivered is read now; nothing where that is not known.
export const lagOf = (s: SourceStatus, now: number) => (s.through ? Math.max(0, now - s.through) : undefined);

// duration writes seconds as people say them.
export function duration(seconds: number): string {
  const say = (n: number, unit: string) => `${n} ${unit}${n === 1 ? "" : "s"}`;
  if (seconds < 120) return say(Math.round(seconds), "second");
  if (seconds < 2 * 3600) return say(Math.round(seconds / 60), "minute");
  if (seconds < 48 * 3600) return say(Math.round(seconds / 3600), "hour");
  return say(Math.round(seconds / 86400), "day");
}

// took writes nanoseconds, in one line.
export function took(ns: number): string {
  const ms = ns / 1e6;
  return ms < 1 ? "under\u00a01\u00a0ms" : ms < 1000 ? `${Math.round(ms)}\u00a0ms` : `${(ms / 1000).toFixed(1)}\u00a0s`;
}

// throughServer is how long a record took from where it was put to what is stored: the last two steps, if the test came so far.
export function throughServer(steps: readonly TestStep[]): number | undefined {
  return steps.some((s) => s.failed) ? undefined : steps.slice(-2).reduce((sum, s) => sum + s.nanoseconds, 0);
}
