// What is analysed, with a switch for each that can be switched.

import type { DetectorFeature } from "@aws-sdk/client-guardduty";
import Alert from "@cloudscape-design/components/alert";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useMemo, useState } from "react";
import { type Settings, updateDetector, useSettings } from "../../api/detector.ts";
import { flash } from "../../api/flash.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/settings.ts";
import { type Feature, toFeatures } from "./features.ts";

const nameOf = (name: string) => texts.names[name]?.[0] ?? name;

export function Features({ settings }: { settings: Settings }) {
  const region = useRegion();
  const may = useMay()("guardduty:UpdateDetector");
  const { reload } = useSettings();
  const [busy, setBusy] = useState<string>();
  const features = useMemo(() => toFeatures(settings.Features), [settings]);
  const suspended = settings.Status !== "ENABLED";

  const change = async (f: Feature, on: boolean) => {
    setBusy(f.name);
    try {
      await updateDetector(region, settings.id, { Features: [{ Name: f.name as DetectorFeature, Status: on ? "ENABLED" : "DISABLED" }] });
      flash.success((f.analysed ? texts.switched : texts.kept)(nameOf(f.name), on));
    } catch (error) {
      flash.error(error);
    }
    await reload();
    setBusy(undefined);
  };
  const columns: TableProps.ColumnDefinition<Feature>[] = [
    { id: "name", header: texts.feature, cell: (f) => nameOf(f.name), isRowHeader: true, minWidth: 160 },
    {
      id: "on",
      header: texts.status,
      minWidth: 140,
      cell: (f) =>
        f.fixed || !may ? (
          <StatusIndicator type={f.on ? "success" : "stopped"}>{f.fixed ? texts.always : f.on ? texts.on : texts.off}</StatusIndicator>
        ) : (
          <Toggle
            checked={f.on}
            disabled={busy !== undefined || (suspended && !f.on)}
            ariaLabel={texts.switch(nameOf(f.name))}
            onChange={({ detail }) => void change(f, detail.checked)}
          >
            {f.on ? texts.on : texts.off}
          </Toggle>
        ),
    },
    { id: "about", header: texts.about, cell: (f) => <About feature={f} />, minWidth: 200 },
    { id: "since", header: texts.since, cell: (f) => <Time at={f.since} />, minWidth: 130 },
  ];
  const table = (items: Feature[], label: string) => (
    <Table variant="embedded" wrapLines items={items} columnDefinitions={columns} trackBy="name" ariaLabels={{ tableLabel: label }} />
  );
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
        {table(features.filter((f) => f.analysed), texts.features)}
        <ExpandableSection headerText={texts.keptCount} headerDescription={texts.keptOnly}>
          {table(features.filter((f) => !f.analysed), texts.keptCount)}
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}

function About({ feature }: { feature: Feature }) {
  const on = feature.additional.filter((a) => a.on).map((a) => texts.additional[a.name] ?? a.name);
  return (
    <>
      {feature.analysed ? (texts.names[feature.name]?.[1] ?? "") : texts.keptOnly}
      {on.length > 0 && <div>{on.join(", ")}</div>}
    </>
  );
}
