// An account's own lists of a region: trusted and threatening addresses, and such lists of addresses and names (entities).

import {
  CreateIPSetCommand,
  CreateThreatEntitySetCommand,
  CreateThreatIntelSetCommand,
  CreateTrustedEntitySetCommand,
  DeleteIPSetCommand,
  DeleteThreatEntitySetCommand,
  DeleteThreatIntelSetCommand,
  DeleteTrustedEntitySetCommand,
  GetIPSetCommand,
  GetThreatEntitySetCommand,
  GetThreatIntelSetCommand,
  GetTrustedEntitySetCommand,
  type IpSetFormat,
  UpdateIPSetCommand,
  UpdateThreatEntitySetCommand,
  UpdateThreatIntelSetCommand,
  UpdateTrustedEntitySetCommand,
} from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { call } from "./call.ts";
import { guardduty } from "./guardduty.ts";
import { useLoad } from "./load.ts";

export type Kind = "trustedIps" | "threatIps" | "trustedEntities" | "threatEntities";

const kinds: Record<string, Kind> = {
  "trusted IP list": "trustedIps",
  "threat list": "threatIps",
  "trusted entity list": "trustedEntities",
  "threat entity list": "threatEntities",
};

export interface List {
  id: string;
  kind: Kind;
  name: string;
  location: string;
  status: string; // as the API has it
  reason?: string; // why it is in error, or what is to be known of it
  entries: number; // in force
  readAt?: number;
  changedAt?: number; // when other content was seen at the location
  hits: number;
  lastHit?: number;
  hitsOf?: Record<string, number>; // by address or name
}

export function useLists() {
  const region = useRegion();
  const read = async () => {
    const all = await call<(Omit<List, "kind"> & { kind: string })[]>("GET", `regions/${region}/lists`);
    return all.map((l): List => ({ ...l, kind: kinds[l.kind] ?? "threatIps" }));
  };
  return useLoad("lists", read, { live: ["detector"] });
}

export interface ListFields {
  name: string;
  location: string;
  format: IpSetFormat;
  owner: string; // expected of the bucket; empty for any
}

type Answer = { Format?: IpSetFormat; ExpectedBucketOwner?: string };

// readList reads what the listing lacks.
export async function readList(region: string, DetectorId: string, { kind, id }: List): Promise<{ format: IpSetFormat; owner: string }> {
  const client = guardduty(region);
  const get: Record<Kind, () => Promise<Answer>> = {
    trustedIps: () => client.send(new GetIPSetCommand({ DetectorId, IpSetId: id })),
    threatIps: () => client.send(new GetThreatIntelSetCommand({ DetectorId, ThreatIntelSetId: id })),
    trustedEntities: () => client.send(new GetTrustedEntitySetCommand({ DetectorId, TrustedEntitySetId: id })) as Promise<Answer>,
    threatEntities: () => client.send(new GetThreatEntitySetCommand({ DetectorId, ThreatEntitySetId: id })) as Promise<Answer>,
  };
  const { Format, ExpectedBucketOwner } = await get[kind]();
  return { format: Format ?? "TXT", owner: ExpectedBucketOwner ?? "" };
}

export async function createList(region: string, DetectorId: string, kind: Kind, fields: ListFields, Activate: boolean) {
  const client = guardduty(region);
  const { name: Name, location: Location, format: Format, owner } = fields;
  const input = { DetectorId, Name, Location, Format, Activate, ExpectedBucketOwner: owner || undefined };
  const create: Record<Kind, () => Promise<unknown>> = {
    trustedIps: () => client.send(new CreateIPSetCommand(input)),
    threatIps: () => client.send(new CreateThreatIntelSetCommand(input)),
    trustedEntities: () => client.send(new CreateTrustedEntitySetCommand(input)),
    threatEntities: () => client.send(new CreateThreatEntitySetCommand(input)),
  };
  await create[kind]();
}

interface ListChange {
  name?: string;
  location?: string;
  owner?: string;
  activate?: boolean;
}

// updateList changes what is given; to activate what is active reads its location again.
export async function updateList(region: string, DetectorId: string, { kind, id }: List, change: ListChange) {
  const client = guardduty(region);
  const input = { DetectorId, Name: change.name, Location: change.location, Activate: change.activate, ExpectedBucketOwner: change.owner || undefined };
  const update: Record<Kind, () => Promise<unknown>> = {
    trustedIps: () => client.send(new UpdateIPSetCommand({ ...input, IpSetId: id })),
    threatIps: () => client.send(new UpdateThreatIntelSetCommand({ ...input, ThreatIntelSetId: id })),
    trustedEntities: () => client.send(new UpdateTrustedEntitySetCommand({ ...input, TrustedEntitySetId: id })),
    threatEntities: () => client.send(new UpdateThreatEntitySetCommand({ ...input, ThreatEntitySetId: id })),
  };
  await update[kind]();
}

export async function deleteList(region: string, DetectorId: string, { kind, id }: List) {
  const client = guardduty(region);
  const remove: Record<Kind, () => Promise<unknown>> = {
    trustedIps: () => client.send(new DeleteIPSetCommand({ DetectorId, IpSetId: id })),
    threatIps: () => client.send(new DeleteThreatIntelSetCommand({ DetectorId, ThreatIntelSetId: id })),
    trustedEntities: () => client.send(new DeleteTrustedEntitySetCommand({ DetectorId, TrustedEntitySetId: id })),
    threatEntities: () => client.send(new DeleteThreatEntitySetCommand({ DetectorId, ThreatEntitySetId: id })),
  };
  await remove[kind]();
}

// ListPreview is what a list would have matched of the findings of the last 30 days.
export interface ListPreview {
  entries: number;
  note?: string;
  findings: number; // looked at
  matched: number;
  types?: Record<string, number>;
  things?: Record<string, number>; // addresses and names, with their findings
}

export const previewList = (region: string, id: string) =>
  call<ListPreview>("POST", `regions/${region}/lists/${encodeURIComponent(id)}/preview`, {});
