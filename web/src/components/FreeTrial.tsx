// Says how many days are left of this account's free trial, while there are any.

import Alert from "@cloudscape-design/components/alert";
import { useState } from "react";
import { useTrials } from "../api/detector.ts";
import { useSession } from "../api/session.ts";
import { recall, remember } from "../app/memory.ts";
import { daysLeft } from "../pages/usage/trials.ts";
import { texts } from "../texts/usage.ts";

export function FreeTrial() {
  const { account } = useSession();
  const { data } = useTrials([account.accountId]);
  const [dismissed, setDismissed] = useState(recall("trial") === "dismissed");
  const days = daysLeft(data?.[0]);
  if (dismissed || !days) return null;
  return (
    <Alert
      type="info"
      dismissible
      header={texts.trialBanner(days)}
      onDismiss={() => {
        remember("trial", "dismissed");
        setDismissed(true);
      }}
    >
      {texts.trialBannerText}
    </Alert>
  );
}
