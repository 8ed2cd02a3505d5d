// The signals of an attack sequence on a line of time, and who and what had part in them.

import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { CSSProperties } from "react";
import { Severity, severityLabel } from "../../components/Severity.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import type { Sequence as Shown, Signal } from "./sequence.ts";

export function Sequence({ sequence }: { sequence: Shown }) {
  const { description, signals } = sequence;
  const parts = (["actors", "resources", "endpoints", "indicators"] as const).filter((part) => sequence[part].length > 0);
  return (
    <SpaceBetween size="s">
      {description && <div className="value-text lines">{description}</div>}
      <KeyValuePairs
        columns={2}
        minColumnWidth={200}
        items={parts.map((part) => ({
          label: texts.panel.parties[part],
          value: sequence[part].map((text, i) => (
            <div key={i} className="value-text">
              {text}
            </div>
          )),
        }))}
      />
      <ol className="timeline" aria-label={texts.panel.timeline}>
        {signals.map((s, i) => (
          <Step key={s.uid || i} signal={s} />
        ))}
      </ol>
    </SpaceBetween>
  );
}

function Step({ signal: s }: { signal: Signal }) {
  const dot = s.severity === undefined ? undefined : `var(--severity-${severityLabel(s.severity).toLowerCase()})`;
  return (
    <li style={{ "--dot": dot } as CSSProperties}>
      <Box variant="small">
        <Time at={s.first} zone />
        {s.last > s.first && (
          <>
            {" – "}
            <Time at={s.last} zone />
          </>
        )}
        {`, ${texts.panel.times(s.count)}`}
      </Box>
      <div className="value-text">
        <Severity value={s.severity} /> <strong>{s.name || s.type}</strong>
      </div>
      {[s.description, s.parties.join(" · "), ...s.indicators].filter(Boolean).map((text, i) => (
        <Box key={i} color="text-body-secondary">
          <span className="value-text">{text}</span>
        </Box>
      ))}
    </li>
  );
}
