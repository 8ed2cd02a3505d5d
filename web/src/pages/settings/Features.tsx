// What is analysed of the account itself.

import type { DetectorFeature } from "@aws-sdk/client-guardduty";
import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { type Settings, updateDetector, useSettings } from "../../api/detector.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { texts } from "../../texts/settings.ts";
import { toFeatures } from "./features.ts";
import { FeaturesTable } from "./FeaturesTable.tsx";

export function Features({ settings }: { settings: Settings }) {
  const region = useRegion();
  const may = useMay()("guardduty:UpdateDetector");
  const { reload } = useSettings();
  const features = useMemo(() => toFeatures(settings.Features), [settings]);
  const suspended = settings.Status !== "ENABLED";
  const change = (name: string, on: boolean) =>
    updateDetector(region, settings.id, { Features: [{ Name: name as DetectorFeature, Status: on ? "ENABLED" : "DISABLED" }] });
  return (
    <Container
      header={
        <Header variant="h2" description={texts.featuresHint}>
          {texts.features}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {suspended && <Alert type="warning">{texts.suspendedFeatures}</Alert>}
        <FeaturesTable features={features} suspended={suspended} change={may ? change : undefined} reload={reload} />
      </SpaceBetween>
    </Container>
  );
}
