// The records that a finding rests on, as they are read by people.

import type { EvidenceRecord } from "../../api/findings.ts";
import { object, textAt } from "./document.ts";

export interface Shown {
  summary: string; // one line
  fields: [name: string, value: string][]; // of a flow record
  text: string; // JSON in lines, or the record as it is
}

export function readRecord({ kind, header, text }: EvidenceRecord): Shown {
  if (header !== undefined) return readFlow(header, text);
  const record = parse(text);
  if (!record) return { summary: text.slice(0, 120), fields: [], text };
  const pretty = JSON.stringify(record, undefined, 2);
  const part = (path: string) => textAt(record, path);
  if (kind === "DNS") return { summary: join([part("query_name"), part("query_type"), part("rcode")]), fields: [], text: pretty };
  const who = part("userIdentity.userName") || part("userIdentity.arn") || part("userIdentity.type");
  return { summary: join([part("eventName"), who, part("sourceIPAddress"), part("errorCode")]), fields: [], text: pretty };
}

function readFlow(header: string, text: string): Shown {
  const values = text.trim().split(/\s+/);
  const fields = header.trim().split(/\s+/).map((name, i): [string, string] => [name, values[i] ?? ""]);
  const of = new Map(fields);
  const end = (name: string) => join([of.get(`${name}addr`) ?? "", of.get(`${name}port`) ?? ""], ":");
  return { summary: join([`${end("src")} → ${end("dst")}`, of.get("action") ?? ""]), fields, text };
}

const join = (parts: string[], by = " · ") => parts.filter(Boolean).join(by);

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Object.keys(object(value)).length ? object(value) : undefined;
  } catch {
    return undefined;
  }
}
