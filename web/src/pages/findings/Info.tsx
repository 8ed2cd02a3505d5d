// Additional information: what a rule adds of its own, what of its thresholds or profiles was crossed, its signals, and ATT&CK.

import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { fold } from "../../components/folded.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import type { Doc } from "./document.ts";
import { Fields, type Pick } from "./Fields.tsx";
import { type Item, tablesOf, time, words } from "./sections.ts";

interface Props {
  finding: Doc;
  items: readonly Item[];
  signals: readonly string[] | undefined;
  techniques: readonly string[] | undefined;
  pick: Pick;
}

export function Info({ finding, items, signals, techniques, pick }: Props) {
  const tables = tablesOf(finding);
  if (!items.length && !tables.length && !signals?.length && !techniques?.length) return null;
  return (
    <ExpandableSection defaultExpanded headerText={texts.panel.info} headingTagOverride="h3">
      <SpaceBetween size="m">
        {items.length > 0 && <Fields items={items} pick={pick} />}
        {signals && signals.length > 0 && (
          <div>
            <Box variant="awsui-key-label">{texts.panel.signals}</Box>
            {signals.join(", ")}
          </div>
        )}
        {techniques && techniques.length > 0 && (
          <div>
            <Box variant="awsui-key-label">{texts.panel.techniques}</Box>
            <SpaceBetween direction="horizontal" size="xs">
              {techniques.map((t) => (
                <Technique key={t} id={t} />
              ))}
            </SpaceBetween>
          </div>
        )}
        {tables.map((table) => (
          <Rows key={table.name} {...table} />
        ))}
      </SpaceBetween>
    </ExpandableSection>
  );
}

function Rows({ name, rows, columns }: ReturnType<typeof tablesOf>[number]) {
  const shown = fold<Doc>(columns.map((c) => ({ id: c, header: words(c), cell: (row) => <Cell name={c} value={row[c]} /> })), (c) => c.id === "count");
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      wrapLines
      items={rows}
      columnDefinitions={shown}
      header={<Box variant="awsui-key-label">{words(name)}</Box>}
      ariaLabels={{ tableLabel: words(name) }}
    />
  );
}

function Cell({ name, value }: { name: string; value: unknown }) {
  if (/(Seen|At|Time)$|^time$/.test(name) && time(value)) return <Time at={time(value)} zone />;
  return <>{value === undefined ? "-" : typeof value === "object" ? JSON.stringify(value) : String(value)}</>;
}

// Only what looks like a technique becomes a link.
function Technique({ id }: { id: string }) {
  if (!/^T\d{4}(\.\d{3})?$/.test(id)) return <>{id}</>;
  return (
    <Link external href={`https://attack.mitre.org/techniques/${id.replace(".", "/")}/`}>
      {id}
    </Link>
  );
}
