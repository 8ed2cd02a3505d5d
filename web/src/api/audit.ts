// The account's audit log, the latest first.

import { call } from "./call.ts";

export interface AuditRecord {
  seq: number;
  time: number;
  event: Record<string, unknown>; // in CloudTrail's format
}

export interface AuditPage {
  records: AuditRecord[];
  next?: number; // to ask before; nothing at the end
}

// readAudit reads the records before one, or the latest; changes leaves out what only read.
export const readAudit = (changes: boolean, before?: number) =>
  call<AuditPage>("GET", `audit?changes=${changes}${before ? `&before=${before}` : ""}`);
