// The button that enables the service in the page's region, and what says that it is off.

import { CreateDetectorCommand } from "@aws-sdk/client-guardduty";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { type ReactNode, useState } from "react";
import { flash } from "../api/flash.ts";
import { useDetector, useGuardDuty } from "../api/guardduty.ts";
import { useMay } from "../api/permissions.ts";
import { useRegion } from "../app/router.ts";
import { texts } from "../texts/enable.ts";

export function EnableButton() {
  const region = useRegion();
  const client = useGuardDuty();
  const { reload } = useDetector();
  const [busy, setBusy] = useState(false);
  const enable = async () => {
    setBusy(true);
    try {
      await client.send(new CreateDetectorCommand({ Enable: true }));
      flash.success(texts.enabled(region));
    } catch (error) {
      flash.error(error);
    }
    await reload();
    setBusy(false);
  };
  return (
    <Button variant="primary" loading={busy} onClick={() => void enable()}>
      {texts.enable}
    </Button>
  );
}

// ServiceOff is shown where the service is off, and nothing elsewhere.
export function ServiceOff({ header, children }: { header?: string; children?: ReactNode }) {
  const region = useRegion();
  const detector = useDetector();
  const may = useMay()("guardduty:CreateDetector");
  if (detector.data !== null) return null;
  return (
    <Alert type="info" header={header ?? texts.off(region)} action={may && <EnableButton />}>
      {children ?? texts.offText} {!may && texts.mayNot}
    </Alert>
  );
}
