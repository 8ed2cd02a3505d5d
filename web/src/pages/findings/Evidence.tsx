// Why there is a finding: what was crossed, and the records that raised it, as they were logged.

import Box from "@cloudscape-design/components/box";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import type { EvidenceRecord } from "../../api/findings.ts";
import { Parts } from "../../components/Parts.tsx";
import { Pre } from "../../components/Pre.tsx";
import { localTime, Time } from "../../components/Time.tsx";
import { WithTimes } from "../../components/WithTimes.tsx";
import { texts } from "../../texts/findings.ts";
import { readRecord } from "./evidence.ts";

interface Props {
  records: readonly EvidenceRecord[];
  crossed: readonly string[] | undefined;
  count: number;
}

export function Evidence({ records, crossed, count }: Props) {
  return (
    <SpaceBetween size="xs">
      {crossed && (
        <div>
          <Box variant="awsui-key-label">{texts.panel.crossed}</Box>
          {crossed.map((c) => (
            <div key={c} className="value-text">
              <WithTimes text={c} zone />
            </div>
          ))}
        </div>
      )}
      <Box color="text-body-secondary">{texts.panel.whyHint(records.length, count)}</Box>
      {records.map((record, i) => (
        <Record key={`${record.object} ${record.offset}`} record={record} open={records.length === 1 && i === 0} />
      ))}
    </SpaceBetween>
  );
}

function Record({ record, open }: { record: EvidenceRecord; open: boolean }) {
  const { summary, fields, text } = useMemo(() => readRecord(record), [record]);
  return (
    <ExpandableSection
      defaultExpanded={open}
      headerText={<Parts of={summary} />}
      headerDescription={`${record.kind} · ${localTime(record.time * 1000, true)}`}
    >
      <SpaceBetween size="s">
        {fields.length > 0 && <KeyValuePairs columns={4} minColumnWidth={110} items={fields.map(([label, value]) => ({ label, value: value || "-" }))} />}
        <Pre text={text} label={texts.panel.record} wrap={fields.length > 0} />
        <Box color="text-body-secondary" fontSize="body-s">
          <span className="value-text">
            <Time at={record.time * 1000} zone />, {texts.panel.from} {record.object}, {texts.panel.offset(record.offset)}
          </span>
        </Box>
      </SpaceBetween>
    </ExpandableSection>
  );
}
