// Features, those that Picket analyses first, with a switch for each that can be switched.

import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { useFolded } from "../../components/folded.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/settings.ts";
import type { Feature } from "./features.ts";

interface Props {
  features: Feature[];
  suspended: boolean; // nothing can be switched on
  change: ((name: string, on: boolean) => Promise<unknown>) | undefined; // undefined where it may not be done
  reload: () => Promise<void>;
}

const nameOf = (name: string) => texts.names[name]?.[0] ?? name;

export function FeaturesTable({ features, suspended, change, reload }: Props) {
  const [busy, setBusy] = useState(false);
  const turn = async (f: Feature, on: boolean) => {
    setBusy(true);
    try {
      await change?.(f.name, on);
      flash.success((f.analysed ? texts.switched : texts.kept)(nameOf(f.name), on));
    } catch (error) {
      flash.error(error);
    }
    await reload();
    setBusy(false);
  };
  const columns: TableProps.ColumnDefinition<Feature>[] = [
    { id: "name", header: texts.feature, cell: (f) => <Named feature={f} />, isRowHeader: true, minWidth: 160 },
    {
      id: "on",
      header: texts.status,
      minWidth: 140,
      cell: (f) =>
        f.fixed || !change ? (
          <StatusIndicator type={f.on ? "success" : "stopped"}>{f.fixed ? texts.always : f.on ? texts.on : texts.off}</StatusIndicator>
        ) : (
          <Toggle
            checked={f.on}
            disabled={busy || (suspended && !f.on)}
            ariaLabel={texts.switch(nameOf(f.name))}
            onChange={({ detail }) => void turn(f, detail.checked)}
          >
            {f.on ? texts.on : texts.off}
          </Toggle>
        ),
    },
    { id: "since", header: texts.since, cell: (f) => (f.since ? <Time at={f.since} /> : "-"), minWidth: 130 },
  ];
  const folded = useFolded(columns, (c) => c.id === "on");
  const table = (items: Feature[], label: string) => (
    <Table variant="embedded" wrapLines items={items} columnDefinitions={folded} trackBy="name" ariaLabels={{ tableLabel: label }} />
  );
  return (
    <SpaceBetween size="m">
      {table(features.filter((f) => f.analysed), texts.features)}
      <ExpandableSection headerText={texts.keptCount} headerDescription={texts.keptOnly}>
        {table(features.filter((f) => !f.analysed), texts.keptCount)}
      </ExpandableSection>
    </SpaceBetween>
  );
}

// Named is a feature with what it is, and what of it is on.
function Named({ feature }: { feature: Feature }) {
  const about = texts.names[feature.name]?.[1];
  const on = feature.additional.filter((a) => a.on).map((a) => texts.additional[a.name] ?? a.name);
  return (
    <>
      {nameOf(feature.name)}
      <Box color="text-body-secondary" fontSize="body-s">
        {about}
        {on.length > 0 && <div>{on.join(", ")}</div>}
      </Box>
    </>
  );
}
