// What is asked for most: current or archived, some severities, attack sequences, some accounts.

import Multiselect from "@cloudscape-design/components/multiselect";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import { useState } from "react";
import type { Group } from "../../api/findings.ts";
import { useMembers } from "../../api/members.ts";
import { useMay } from "../../api/permissions.ts";
import { useSession } from "../../api/session.ts";
import { texts } from "../../texts/findings.ts";
import type { Shown } from "./address.ts";
import { attackSequences, type Band, bandNames, bands, choose, chosenBands } from "./criteria.ts";

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
  const [several, setSeveral] = useState(false); // once there were several accounts, they can be chosen from
  if (!several && (accounts.length > 1 || shown.criterion.accountId?.equals)) setSeveral(true);
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
      {several && <Accounts shown={shown} show={show} accounts={accounts} />}
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
      placeholder={texts.filter.threat}
      options={threats}
      selectedOption={threats.find((t) => t.value === selected) ?? null}
      onChange={({ detail }) => show({ criterion: choose(shown.criterion, "type", detail.selectedOption.value === "sequences" ? attackSequences : []) })}
    />
  );
}

function Accounts({ shown, show, accounts }: Pick<Props, "shown" | "show" | "accounts">) {
  const chosen = shown.criterion.accountId?.equals ?? [];
  const { account } = useSession();
  const members = useMembers(undefined, !useMay()("guardduty:ListMembers"));
  const names = new Map([[account.accountId, account.name], ...(members.data ?? []).map((m): [string, string] => [m.accountId, m.name ?? m.email])]);
  const option = (id: string, count?: number) => {
    const about = [names.get(id), count && texts.filter.accountCount(count)];
    return { value: id, label: id, description: about.filter(Boolean).join(" · ") };
  };
  const known = accounts.map(({ key, count }) => option(key, count));
  const options = [...known, ...chosen.filter((id) => !accounts.some((a) => a.key === id)).map((id) => option(id))];
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
