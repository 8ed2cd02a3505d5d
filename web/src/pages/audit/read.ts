// What the table says of an event of the audit log. Events are of many makers, so that nothing is taken to be there.

import type { AuditRecord } from "../../api/audit.ts";
import { texts } from "../../texts/audit.ts";

export interface Row {
  record: AuditRecord;
  event: string;
  call: string; // of the console, as it was made
  who: string;
  from: string;
  outcome: string;
  code: string; // of what failed
  why: string;
  source: string;
  agent: string;
}

export function rowOf(record: AuditRecord): Row {
  const { event } = record;
  const code = text(event.errorCode);
  const { name, call = "" } = named(event);
  return {
    record,
    event: name || texts.unknown,
    call,
    who: who(event),
    from: text(event.sourceIPAddress) === "operator.picket" ? texts.operator : text(event.sourceIPAddress),
    outcome: code ? (texts.codes[code] ?? code) : texts.ok,
    code,
    why: text(event.errorMessage),
    source: text(event.eventSource),
    agent: text(event.userAgent),
  };
}

// named says what was done, and of the console by which call.
function named(event: Record<string, unknown>): { name: string; call?: string } {
  const name = text(event.eventName);
  if (event.eventSource === "console.picket") return consoleCall(event);
  if (event.eventSource === "operator.picket") return { name: texts.commands[name]?.((of) => sent(event.requestParameters, of)) ?? name };
  return { name };
}

// sent is what a request has by a name: "identity.name" is within its identity.
function sent(request: unknown, name: string): string {
  const value = name.split(".").reduce<unknown>((of, step) => object(of)[step], request);
  return typeof value === "object" ? "" : String(value ?? "");
}

const root = "/console/api/";

// The console's calls are named by their patterns; the request has the path that was called, and what was sent.
function consoleCall(event: Record<string, unknown>) {
  const pattern = text(event.eventName);
  const [method = "", route = ""] = pattern.split(" ");
  const { path, body } = object(event.requestParameters);
  const call = text(path) && `${method} ${text(path)}`;
  const parts = text(path).replace(root, "").split("/");
  const said = texts.calls[pattern];
  const of = (name: string) => {
    const at = route.split("/").indexOf(`{${name}}`);
    return at >= 0 ? (parts[at] ?? "") : sent(body, name);
  };
  return { name: said ? said(of) : call.replace(root, "") || pattern, call };
}

function who(event: Record<string, unknown>): string {
  if (text(event.sourceIPAddress) === "operator.picket") return texts.operator; // whose commands act as the account's root
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
