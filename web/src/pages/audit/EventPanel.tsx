// One event in full.

import Box from "@cloudscape-design/components/box";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import SplitPanel from "@cloudscape-design/components/split-panel";
import { Pre } from "../../components/Pre.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/audit.ts";
import type { Row } from "./read.ts";

export function EventPanel({ row }: { row: Row }) {
  const json = JSON.stringify(row.record.event, null, 2);
  const names = texts.columns;
  return (
    <SplitPanel header={row.event} closeBehavior="hide">
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          minColumnWidth={200}
          items={[
            { label: names.time, value: <Time at={row.record.time} zone /> },
            { label: names.who, value: row.who },
            { label: names.from, value: row.from || "-" },
            { label: names.outcome, value: row.code && row.code !== row.outcome ? `${row.outcome} (${row.code})` : row.outcome },
            ...(row.why ? [{ label: texts.error, value: <span className="written">{row.why}</span> }] : []),
            ...(row.call ? [{ label: texts.call, value: <span className="long">{row.call}</span> }] : []),
            { label: texts.agent, value: row.agent || "-" },
            { label: texts.record, value: row.record.seq },
          ]}
        />
        <SpaceBetween size="xs">
          <Box variant="h3">
            {texts.request}{" "}
            <CopyToClipboard
              variant="icon"
              copyButtonAriaLabel={texts.copy}
              textToCopy={json}
              copySuccessText={texts.copied}
              copyErrorText={texts.notCopied}
            />
          </Box>
          <Pre text={json} label={texts.request} wrap />
        </SpaceBetween>
      </SpaceBetween>
    </SplitPanel>
  );
}
