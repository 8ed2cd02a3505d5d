// What the history says, for people.

import { texts } from "../../texts/accounts.ts";

// doer is who an ARN is of, with the account: both sides of a relation change it.
export function doer(arn: string): string {
  const [account, ...rest] = arn.split(":").slice(4);
  const who = rest.join(":");
  return who === "picket/operator" ? texts.operator : who ? `${who.replace(/^(user|assumed-role)\//, "")} (${account})` : arn;
}
