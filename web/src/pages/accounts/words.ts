// What the history says, for people.

import type { Change, Mail, Member } from "../../api/members.ts";
import { texts } from "../../texts/accounts.ts";

// lastChange is what was done last, statusMade what made the status: an address that was corrected since doesn't.
export const lastChange = (m: Member) => m.history?.at(-1)?.reason ?? "";
export const statusMade = (m: Member): Change | undefined => m.history?.findLast((c, i) => c.status !== m.history?.[i - 1]?.status);
export const whyStatus = (m: Member) => statusMade(m)?.reason ?? "";

// mailOf is how an invitation's mail fares: nobody waits for one whose invitation was answered or withdrawn.
export function mailOf({ status, invitation }: Member): Mail | undefined {
  return status !== "Invited" && invitation?.mail.state === "queued" ? undefined : invitation?.mail;
}

export const mailLabel = (m: Member) => {
  const mail = mailOf(m);
  return mail ? texts.mails[mail.state] : "";
};

// doer is who an ARN is of, with the account: both sides of a relation change it.
export function doer(arn: string): string {
  const [account, ...rest] = arn.split(":").slice(4);
  const who = rest.join(":");
  return who === "picket/operator" ? texts.operator : who ? `${who.replace(/^(user|assumed-role)\//, "")} (${account})` : arn;
}
