// The filter over every attribute, and what of it could not be asked for.

import Alert from "@cloudscape-design/components/alert";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import PropertyFilter, { type PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useMemo, useState } from "react";
import { texts } from "../../texts/findings.ts";
import { kindOf } from "./catalogue.ts";
import { type Criterion, toCriterion, toTokens, type Trouble } from "./criteria.ts";
import { groups, nameOf, optionsByPath, pathOfKey, properties, several } from "./properties.tsx";

interface Props {
  criterion: Criterion;
  unknown?: readonly string[]; // attributes that were asked for beside
  onChange: (criterion: Criterion) => void;
  options: readonly PropertyFilterProps.FilteringOption[];
  count: number | undefined;
  loading: boolean;
  control?: ReactNode;
  actions?: { id: "save" | "suppress"; text: string; disabledReason?: string }[];
  act?: (id: "save" | "suppress") => void;
}

export function Filter({ criterion, unknown = [], onChange, options, count, loading, control, actions = [], act }: Props) {
  const { tokens, troubles } = useMemo(() => toTokens(criterion, kindOf, several), [criterion]);
  const [refused, setRefused] = useState<Trouble[]>([]);
  const [key, setKey] = useState(""); // of the property whose value is written
  const offered = useMemo(() => [...options, ...optionsByPath(key, options)], [key, options]);
  const told = [...unknown.map((path): Trouble => ({ path, problem: "unknown" })), ...troubles, ...refused];

  const change = (query: PropertyFilterProps.Query) => {
    const next = toCriterion(query.tokens.map((t) => ({ ...t, propertyKey: t.propertyKey && pathOfKey(t.propertyKey) })), kindOf);
    setRefused(next.troubles);
    const tooMuch = next.troubles.some((t) => t.problem === "values" || t.problem === "attributes");
    if (!tooMuch) onChange(next.criterion);
  };
  return (
    <SpaceBetween size="xs">
      <PropertyFilter
        query={{ tokens: tokens as PropertyFilterProps.Token[], operation: "and" }}
        onChange={({ detail }) => change(detail)}
        filteringProperties={properties}
        filteringOptions={offered}
        onLoadItems={({ detail }) => setKey(detail.filteringProperty?.key ?? "")}
        customGroupsText={groups}
        customControl={control}
        customFilterActions={
          act && (
            <ButtonDropdown
              variant="normal"
              expandToViewport
              ariaLabel={texts.filter.actions}
              mainAction={{ text: texts.clear, onClick: () => onChange({}) }}
              items={actions.map((a) => ({ ...a, disabled: Boolean(a.disabledReason) }))}
              onItemClick={({ detail }) => act(detail.id as "save" | "suppress")}
            />
          )
        }
        filteringAriaLabel={texts.filter.label}
        filteringPlaceholder={texts.filter.placeholder}
        filteringConstraintText={tokens.length > 1 ? texts.filter.hint : undefined}
        countText={count === undefined ? undefined : texts.matches(count)}
        i18nStrings={{ clearFiltersText: texts.clear }}
        loading={loading}
        disableFreeTextFiltering
        hideOperations
        virtualScroll
        expandToViewport
        tokenLimit={8}
      />
      {told.length > 0 && (
        <Alert type="warning" header={texts.troubles.header} dismissible={!unknown.length && !troubles.length} onDismiss={() => setRefused([])}>
          {told.map((t, i) => (
            <div key={i}>{texts.troubles[t.problem](t.path ? nameOf(t.path) : (t.value ?? ""), t.value ?? "")}</div>
          ))}
        </Alert>
      )}
    </SpaceBetween>
  );
}
