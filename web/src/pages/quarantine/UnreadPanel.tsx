// What is known of something that could not be read.

import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import SplitPanel from "@cloudscape-design/components/split-panel";
import type { Unread } from "../../api/operator.ts";
import { Pre } from "../../components/Pre.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/quarantine.ts";
import { records } from "./words.ts";

export function UnreadPanel({ of }: { of: Unread }) {
  const names = texts.columns;
  const more = [
    { label: texts.panel.version, value: of.version },
    { label: texts.panel.lost, value: of.lost },
    { label: texts.panel.tries, value: of.later ? texts.later(of.tries ?? 0) : undefined },
  ];
  return (
    <SplitPanel header={of.reason} closeBehavior="hide">
      <SpaceBetween size="l">
        <KeyValuePairs
          columns={3}
          items={[
            { label: names.object, value: <span className="written">{of.object}</span> },
            { label: names.source, value: of.source },
            { label: names.of, value: [of.accountId, of.region].filter(Boolean).join(", ") || texts.dash },
            { label: names.at, value: <Time at={of.at} /> },
            { label: names.count, value: records(of) },
            { label: texts.panel.offset, value: texts.panel.offsetOf(of.offset) },
            ...more.filter((item) => item.value),
          ]}
        />
        {of.sample && (
          <SpaceBetween size="xs">
            <Box variant="h3">{texts.panel.sample}</Box>
            <Pre text={of.sample} label={texts.panel.sample} wrap />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </SplitPanel>
  );
}
