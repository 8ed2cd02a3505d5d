// The filters that were saved, to be asked for again.

import Select, { type SelectProps } from "@cloudscape-design/components/select";
import type { FilterAction } from "@aws-sdk/client-guardduty";
import { useFilters } from "../../api/filters.ts";
import { texts } from "../../texts/findings.ts";
import { type Shown, split } from "./address.ts";
import { readCriterion } from "./criteria.ts";

export function SavedFilters({ show }: { show: (change: Partial<Shown>) => void }) {
  const filters = useFilters();
  const load = (name: string | undefined) => {
    const saved = filters.data?.find((f) => f.name === name);
    if (saved) show(split(readCriterion(saved.findingCriteria.criterion), false));
  };
  const options = (action: FilterAction): SelectProps.Option[] =>
    (filters.data ?? []).filter((f) => f.action === action).map((f) => ({ value: f.name, label: f.name, description: f.description }));
  const groups = [
    { label: texts.saved.filters, options: options("NOOP") },
    { label: texts.saved.rules, options: options("ARCHIVE") },
  ].filter((g) => g.options.length > 0);
  return (
    <Select
      selectedOption={null}
      placeholder={texts.saved.title}
      ariaLabel={texts.saved.title}
      options={groups}
      statusType={filters.error ? "error" : filters.data ? "finished" : "loading"}
      loadingText={texts.saved.loading}
      errorText={texts.saved.failed}
      recoveryText={texts.saved.again}
      empty={texts.saved.none}
      onLoadItems={() => filters.error && void filters.reload()}
      onChange={({ detail }) => load(detail.selectedOption.value)}
      expandToViewport
    />
  );
}
