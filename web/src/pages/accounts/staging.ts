// What is entered or uploaded to be added: which rows can be, and what is wrong with the others.

import type { Member, Status } from "../../api/members.ts";
import { parseCsv } from "../../components/csv.ts";
import { texts } from "../../texts/accounts.ts";

export interface Staged {
  accountId: string;
  email: string;
}

export interface RowError {
  line: number;
  text: string;
}

// Known is what a new row must not repeat.
export interface Known {
  own: string;
  members: ReadonlySet<string>; // in every chosen region
  staged: ReadonlySet<string>;
}

// Listed are, by region, the accounts that are in the list there.
export type Listed = ReadonlyMap<string, ReadonlySet<string>>;

// listedOf leaves out who can be added again: who was removed, and where one is an organization's administrator all that share nothing.
export function listedOf(members: ReadonlyMap<string, readonly Member[]>, administered: string): Listed {
  const again = (region: string): Status[] => (region === administered ? ["Removed", "Created", "Invited", "Resigned"] : ["Removed"]);
  return new Map([...members].map(([region, all]) => [region, new Set(all.filter((m) => !again(region).includes(m.status)).map((m) => m.accountId))]));
}

// whereMissing are the regions, of these, where an account is not in the list.
export const whereMissing = (id: string, listed: Listed, regions: readonly string[]) => regions.filter((r) => !listed.get(r)?.has(id));

// inAll are the accounts that are in the lists of all these regions.
export function inAll(listed: Listed, regions: readonly string[]): Set<string> {
  const first = listed.get(regions[0] ?? "") ?? [];
  return new Set([...first].filter((id) => !whereMissing(id, listed, regions).length));
}

export function checkAccountId(id: string, known: Known): string | undefined {
  if (!id) return texts.rows.noId;
  if (/^\d{10,11}$/.test(id)) return texts.rows.shortId(id);
  if (!/^\d{12}$/.test(id)) return texts.rows.badId(id);
  if (id === known.own) return texts.rows.ownId;
  if (known.members.has(id)) return texts.rows.member(id);
  if (known.staged.has(id)) return texts.rows.twice(id);
  return undefined;
}

// The syntax that the API asks for.
export function checkEmail(email: string): string | undefined {
  if (!email) return texts.rows.noEmail;
  const [user = "", domain = ""] = [email.slice(0, email.indexOf("@")), email.slice(email.indexOf("@") + 1)];
  const good =
    email.length >= 6 &&
    email.length <= 64 &&
    /^[!-~]+$/.test(user) &&
    !/["'();<>[\]:,\\|%&@]/.test(user) &&
    !user.startsWith(".") &&
    /^[A-Za-z0-9][A-Za-z0-9.-]*\.([A-Za-z0-9.-]*[A-Za-z0-9])$/.test(domain);
  return good ? undefined : texts.rows.badEmail(email);
}

// readAccounts reads a file of account IDs and addresses. A first line that is no account is the header, or else a mistake.
export function readAccounts(text: string, known: Known): { rows: Staged[]; errors: RowError[]; header: boolean } {
  const lines = parseCsv(text);
  const first = lines[0];
  const header = first !== undefined && isHeader(first.fields);
  const rows: Staged[] = [];
  const errors: RowError[] = [];
  const staged = new Set(known.staged);
  for (const { line, fields } of header ? lines.slice(1) : lines) {
    const [accountId = "", email = "", ...more] = fields;
    const extra = more.some(Boolean) ? texts.rows.manyFields : undefined;
    const wrong = checkAccountId(accountId, { ...known, staged }) ?? checkEmail(email) ?? extra;
    if (wrong) {
      errors.push({ line, text: wrong });
      continue;
    }
    staged.add(accountId);
    rows.push({ accountId, email });
  }
  return { rows, errors, header };
}

function isHeader([id = "", email = ""]: string[]): boolean {
  return !/\d/.test(id) && !email.includes("@") && /account/i.test(id);
}
