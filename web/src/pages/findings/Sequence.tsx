// The signals of an attack sequence, on a line of time.

import Box from "@cloudscape-design/components/box";
import { Severity } from "../../components/Severity.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import type { Signal } from "./sections.ts";

export function Sequence({ signals, description }: { signals: readonly Signal[]; description: string }) {
  return (
    <>
      {description && <Box variant="p">{description}</Box>}
      <ol className="timeline">
        {signals.map((s, i) => (
          <li key={s.uid || i}>
            <Box variant="small">
              <Time at={s.first} />
              {s.last > s.first && (
                <>
                  {" – "}
                  <Time at={s.last} />
                </>
              )}
              {`, ${texts.panel.times(s.count)}`}
            </Box>
            <div>
              <Severity value={s.severity} /> <strong>{s.name || s.type}</strong>
            </div>
            {s.description && <Box color="text-body-secondary">{s.description}</Box>}
          </li>
        ))}
      </ol>
    </>
  );
}
