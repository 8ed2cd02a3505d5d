// What the table says of an event of the audit log. Events are of many makers, so that nothing is taken to be there.

import type { AuditRecord } from "../../api/audit.ts";
import { texts } from "../../texts/audit.ts";

export interface Row {
  record: AuditRecord;
  event: string;
  who: string;
  from: string;
  outcome: string;
  failed: boolean;
  why: string;
  source: string;
  agent: string;
}

export function rowOf(record: AuditRecord): Row {
  const { event } = record;
  const code = text(event.errorCode);
  return {
    record,
    event: name(event),
    who: who(event),
    from: text(event.sourceIPAddress) === "operator.picket" ? texts.operator : text(event.sourceIPAddress),
    outcome: code || texts.ok,
    failed: Boolean(code),
    why: text(event.errorMessage),
    source: text(event.eventSource),
    agent: text(event.userAgent),
  };
}

// The console's calls are named by their patterns; the request has the path that was called.
function name(event: Record<string, unknown>): string {
  const called = text(event.eventName) || texts.unknown;
  const path = text(object(event.requestParameters).path);
  if (event.eventSource !== "console.picket" || !path) return called;
  return `${called.split(" ")[0]} ${path.replace("/console/api/", "")}`;
}

function who(event: Record<string, unknown>): string {
  const id = object(event.userIdentity);
  const last = text(id.arn).split(":").slice(5).join(":");
  switch (id.type) {
    case "Root":
      return texts.root;
    case "AWSService":
      return id.invokedBy === "operator.picket" ? texts.operator : text(id.invokedBy) || texts.unknown;
    case "AssumedRole":
      return last.replace("assumed-role/", "") || text(id.principalId) || texts.unknown;
    default:
      return text(id.userName) || last || text(id.accountId) || texts.unknown;
  }
}

// lines writes events one a line, as tools read them.
export const lines = (rows: readonly Row[]) => rows.map((r) => JSON.stringify(r.record.event) + "\n").join("");

const text = (value: unknown) => (typeof value === "string" ? value : "");
const object = (value: unknown) => (value && typeof value === "object" ? (value as Record<string, unknown>) : {});
