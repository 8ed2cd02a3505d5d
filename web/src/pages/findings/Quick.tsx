// What is asked for most: current or archived, some severities, some accounts.

import Multiselect from "@cloudscape-design/components/multiselect";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import type { Group } from "../../api/findings.ts";
import { texts } from "../../texts/findings.ts";
import type { Shown } from "./address.ts";
import { type Band, bandNames, bands, choose, chosenBands } from "./criteria.ts";

interface Props {
  shown: Shown;
  show: (change: Partial<Shown>) => void;
  severities: Map<Band, number> | undefined;
  accounts: readonly Group[];
}

export function Quick({ shown, show, severities, accounts }: Props) {
  const chosen = chosenBands(shown.criterion);
  const toggle = (band: Band) => {
    const next = chosen.includes(band) ? chosen.filter((b) => b !== band) : [...chosen, band];
    show({ criterion: choose(shown.criterion, "severity", next.flatMap((b) => bands[b])) });
  };
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="center">
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
      {(accounts.length > 1 || shown.criterion.accountId?.equals) && <Accounts shown={shown} show={show} accounts={accounts} />}
    </SpaceBetween>
  );
}

function Accounts({ shown, show, accounts }: Pick<Props, "shown" | "show" | "accounts">) {
  const chosen = shown.criterion.accountId?.equals ?? [];
  const known = accounts.map(({ key, count }) => ({ value: key, label: key, description: texts.filter.accountCount(count) }));
  const options = [...known, ...chosen.filter((id) => !accounts.some((a) => a.key === id)).map((id) => ({ value: id, label: id }))];
  return (
    <Multiselect
      ariaLabel={texts.filter.account}
      placeholder={texts.filter.accounts}
      inlineTokens
      filteringType={options.length > 10 ? "auto" : "none"}
      options={options}
      selectedOptions={options.filter((o) => chosen.includes(o.value))}
      onChange={({ detail }) => show({ criterion: choose(shown.criterion, "accountId", detail.selectedOptions.flatMap((o) => o.value ?? [])) })}
    />
  );
}
