// Chooses what the summary is about.

import Button from "@cloudscape-design/components/button";
import Multiselect from "@cloudscape-design/components/multiselect";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import type { Account } from "../../api/accounts.ts";
import { texts } from "../../texts/summary.ts";
import { lengths, type Scope } from "./scope.ts";

interface Props {
  scope: Scope;
  change: (some: Partial<Scope>) => void;
  accounts: Account[]; // that may be chosen; one is no choice
  regions: number;
  refresh: () => void;
}

export function Controls({ scope, change, accounts, regions, refresh }: Props) {
  const options = accounts.map(({ id, name }) => ({ value: id, label: id, description: name }));
  return (
    <SpaceBetween direction="horizontal" size="m" alignItems="center">
      <div>
        <span id="period" className="visually-hidden">
          {texts.period}
        </span>
        <SegmentedControl
          ariaLabelledby="period"
          selectedId={String(scope.days)}
          options={lengths.map((days) => ({ id: String(days), text: texts.periods[days] }))}
          onChange={({ detail }) => change({ days: Number(detail.selectedId) })}
        />
      </div>
      {accounts.length > 1 && (
        <Multiselect
          options={options}
          selectedOptions={scope.accounts.map((value) => ({ value, label: value }))}
          onChange={({ detail }) => change({ accounts: detail.selectedOptions.map((o) => o.value ?? "") })}
          placeholder={scope.accounts.length ? texts.accountsChosen(scope.accounts.length) : texts.allAccounts}
          ariaLabel={texts.accounts}
          filteringType="auto"
          tokenLimit={2}
          expandToViewport
          empty={texts.noAccounts}
        />
      )}
      <SpaceBetween direction="horizontal" size="m" alignItems="center">
        {regions > 1 && (
          <Toggle checked={scope.everywhere} onChange={({ detail }) => change({ everywhere: detail.checked })}>
            {texts.everywhere}
          </Toggle>
        )}
        <Button iconName="refresh" ariaLabel={texts.refresh} onClick={refresh} />
      </SpaceBetween>
    </SpaceBetween>
  );
}
