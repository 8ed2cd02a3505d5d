// What is asked for most: current or archived, some severities, attack sequences.

import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import { texts } from "../../texts/findings.ts";
import type { Shown } from "./address.ts";
import { attackSequences, type Band, bandNames, bands, choose, chosenBands } from "./criteria.ts";

interface Props {
  shown: Shown;
  show: (change: Partial<Shown>) => void;
  severities: Map<Band, number> | undefined;
}

export function Quick({ shown, show, severities }: Props) {
  const chosen = chosenBands(shown.criterion);
  const toggle = (band: Band) => {
    const next = chosen.includes(band) ? chosen.filter((b) => b !== band) : [...chosen, band];
    show({ criterion: choose(shown.criterion, "severity", next.flatMap((b) => bands[b])) });
  };
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="end">
      <SegmentedControl
        label={texts.status}
        selectedId={shown.archived ? "archived" : "current"}
        options={[
          { id: "current", text: texts.current },
          { id: "archived", text: texts.archived },
        ]}
        onChange={({ detail }) => show({ archived: detail.selectedId === "archived" })}
      />
      {bandNames.map((band) => (
        <ToggleButton key={band} pressed={chosen.includes(band)} onChange={() => toggle(band)}>
          {texts.filter.severity(band, severities?.get(band) ?? (severities && 0))}
        </ToggleButton>
      ))}
      <Threats shown={shown} show={show} />
    </SpaceBetween>
  );
}

const threats = (["all", "sequences"] as const).map((value) => ({ value, label: texts.filter.threats[value] }));

function Threats({ shown, show }: Pick<Props, "shown" | "show">) {
  const types = shown.criterion.type?.equals ?? [];
  const sequences = types.length === attackSequences.length && attackSequences.every((type) => types.includes(type));
  const selected = sequences ? "sequences" : types.length ? undefined : "all";
  return (
    <Select
      ariaLabel={texts.filter.threat}
      options={threats}
      selectedOption={threats.find((t) => t.value === selected) ?? { label: texts.filter.threats.some }}
      onChange={({ detail }) => show({ criterion: choose(shown.criterion, "type", detail.selectedOption.value === "sequences" ? attackSequences : []) })}
    />
  );
}
