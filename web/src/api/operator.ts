// What the server's operator sees and does: sources, what could not be read, destinations.

import { call } from "./call.ts";

export interface Source {
  id: string;
  location: string; // a folder, s3://BUCKET/PREFIX, or "push"
  accountId?: string;
  region?: string;
  paused?: boolean;
  createdAt: number;
  key?: string; // of one that is pushed to; told once, when it is added
  endpoint?: string;
  role?: string;
  externalId?: string;
  queue?: string;
  since?: number; // seconds
}

export interface SourceStatus extends Source {
  objects: number;
  last?: number; // seconds, as all times here but createdAt
  usual?: number;
  silent?: boolean;
  failed?: string;
  through?: number;
}

interface Silence {
  accountId: string;
  region: string;
  kind: string;
  since: number; // seconds
}

export interface Destination {
  id: string;
  type: string;
  accountId: string;
  region?: string;
  url?: string; // of a webhook without its path, which may be a secret
  format?: string;
  minSeverity?: number;
  accounts?: string[];
  digest?: number; // seconds
  quiet?: string;
  zone?: string;
  state: { status: string; failingSince?: number; error?: string; deliveredAt?: number; delivered?: number };
  waiting: number;
  givenUp: number;
}

export interface Status {
  sources: SourceStatus[];
  silent?: Silence[];
  waiting: number;
  unread: number;
  failing?: string;
}

export interface TestStep {
  what: string;
  nanoseconds: number;
  found?: string;
  failed?: string;
}

export interface Unread {
  id: string;
  accountId?: string;
  region?: string;
  source: string;
  object: string;
  version?: string;
  offset: number;
  reason: string;
  sample?: string;
  count: number; // 0: the object, or its rest
  at: number;
  lost?: number;
  later?: boolean;
  tries?: number;
}

interface Replay {
  places: number;
  left: number;
  lost: number;
}

const one = (what: string, id: string) => `operator/${what}/${encodeURIComponent(id)}`;

export const readStatus = () => call<Status>("GET", "operator/status");
export const addSource = (source: Partial<Source>) => call<Source>("POST", "operator/sources", source);
export const pauseSource = (id: string, paused: boolean) => call<void>("PUT", one("sources", id), { paused });
export const testSource = (id: string) => call<TestStep[]>("POST", `${one("sources", id)}/test`);
export const removeSource = (id: string) => call<void>("DELETE", one("sources", id));

export const readUnread = async () => (await call<Unread[] | null>("GET", "operator/quarantine")) ?? [];
export const replayUnread = (id: string) => call<Replay>("POST", `${one("quarantine", id)}/replay`);
export const forgetUnread = (id: string) => call<void>("DELETE", one("quarantine", id));

export const readDestinations = async () => (await call<Destination[] | null>("GET", "operator/destinations")) ?? [];
