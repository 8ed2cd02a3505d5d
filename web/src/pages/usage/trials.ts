// What is left of free trials.

import type { AccountFreeTrialInfo } from "@aws-sdk/client-guardduty";

// daysLeft is how many days are left of an account's longest trial; nothing where it has none.
export function daysLeft(of: AccountFreeTrialInfo | undefined): number | undefined {
  const days = (of?.Features ?? []).flatMap((f) => f.FreeTrialDaysRemaining ?? []);
  return days.length ? Math.max(...days) : undefined;
}

export const daysOf = (of: AccountFreeTrialInfo | undefined, feature: string) => of?.Features?.find((f) => f.Name === feature)?.FreeTrialDaysRemaining;
