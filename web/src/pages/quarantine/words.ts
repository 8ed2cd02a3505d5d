import type { Unread } from "../../api/operator.ts";
import { texts } from "../../texts/quarantine.ts";

// records says how much could not be read.
export function records(u: Unread): string {
  if (u.count > 0) return u.count.toLocaleString("en");
  return u.offset > 0 ? texts.rest : texts.all;
}
