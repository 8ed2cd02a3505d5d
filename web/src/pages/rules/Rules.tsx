import { useCollection } from "@cloudscape-design/collection-hooks";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useMemo, useState } from "react";
import { type Mode, type Rule, setMode, useRules } from "../../api/customRules.ts";
import { each } from "../../api/each.ts";
import { describe } from "../../api/errors.ts";
import { flash } from "../../api/flash.ts";
import { useOrganization } from "../../api/organization.ts";
import { useMay } from "../../api/permissions.ts";
import { useNarrow } from "../../app/narrow.ts";
import { Page } from "../../app/Page.tsx";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { Parts } from "../../components/Parts.tsx";
import { SortCollection } from "../../components/SortBy.tsx";
import { texts } from "../../texts/rules.ts";
import { ModeText } from "./ModeText.tsx";
import { OrganizationDialog } from "./OrganizationDialog.tsx";
import { RulePanel } from "./RulePanel.tsx";
import { RuleSeverity, severities } from "./RuleSeverity.tsx";

const modes: Mode[] = ["LIVE", "DRY_RUN", "OFF"];
const needed = ["Create", "Update", "Delete"].map((verb) => `guardduty:${verb}CustomDetectionRuleAssociation`);
const neededForOrganization = ["Get", "Create", "Update", "Delete"].map((verb) => `guardduty:${verb}CustomDetectionRuleOrgConfiguration`);

export default function Rules() {
  const may = useMay();
  const { administers, managed } = useOrganization();
  const organization = administers && may("guardduty:ListCustomDetectionRuleOrgConfigurations");
  const { data, error, loading, reload } = useRules(organization);
  const [mode, setModeFilter] = useState<Mode | "">("");
  const [dialog, setDialog] = useState<Mode | "organization">();
  const [panel, setPanel] = useState(false);
  const mayChange = needed.every(may);

  const rules = useMemo(() => (data ?? []).filter((r) => !mode || r.mode === mode), [data, mode]);
  const { items, collectionProps, filterProps, filteredItemsCount, actions } = useCollection(rules, {
    filtering: {
      empty: error ? <LoadError error={error} retry={reload} /> : <Empty title={mode ? texts.noMatch : texts.empty} />,
      noMatch: <Empty title={texts.noMatch} action={<Button onClick={() => actions.setFiltering("")}>{texts.clearFilter}</Button>} />,
    },
    sorting: { defaultState: { sortingColumn: { sortingField: "name" } } },
    selection: { trackBy: "id", keepSelection: true },
  });
  const selected = useMemo(() => {
    const ids = new Set(collectionProps.selectedItems?.map((r) => r.id));
    return (data ?? []).filter((r) => ids.has(r.id));
  }, [collectionProps.selectedItems, data]);
  const narrow = useNarrow();
  const all = organization ? [...first, organizationColumn, ...rest] : [...first, ...rest];
  const columns = useFolded(all);
  const close = () => {
    setDialog(undefined);
    void reload();
  };

  const header = (
    <Header
      variant="awsui-h1-sticky"
      description={managed ? `${texts.description} ${texts.managed}` : texts.description}
      counter={data && (selected.length ? `(${selected.length}/${data.length})` : `(${data.length})`)}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {organization && neededForOrganization.every(may) && (
            <Button disabled={selected.length !== 1} onClick={() => setDialog("organization")}>
              {texts.forOrganization}
            </Button>
          )}
          {mayChange && (
            <ButtonDropdown
              disabled={!selected.length}
              items={modes.map((id) => ({ id, text: texts.modes[id], disabled: selected.every((r) => r.mode === id && id !== "DRY_RUN") }))}
              onItemClick={({ detail }) => setDialog(detail.id as Mode)}
            >
              {texts.set}
            </ButtonDropdown>
          )}
        </SpaceBetween>
      }
    >
      {texts.title}
    </Header>
  );
  const filter = (
    <SpaceBetween direction={narrow ? "vertical" : "horizontal"} size="xs">
      <TextFilter {...filterProps} filteringPlaceholder={texts.find} filteringAriaLabel={texts.find} countText={texts.matches(filteredItemsCount ?? 0)} />
      <Select
        ariaLabel={texts.modeFilter}
        options={[{ value: "", label: texts.anyMode }, ...modes.map((value) => ({ value, label: texts.modes[value] }))]}
        selectedOption={{ value: mode, label: mode ? texts.modes[mode] : texts.anyMode }}
        onChange={({ detail }) => setModeFilter(detail.selectedOption.value as Mode | "")}
      />
      {narrow && <SortCollection columns={all} collection={collectionProps} actions={actions} />}
    </SpaceBetween>
  );
  return (
    <Page title={texts.title} bare help={texts.help} splitPanel={<RulePanel rules={selected} />} splitPanelOpen={panel} onSplitPanelToggle={setPanel}>
      <SpaceBetween size="m">
        <ServiceOff />
        <Table
          {...collectionProps}
          onSelectionChange={(event) => {
            collectionProps.onSelectionChange?.(event);
            if (event.detail.selectedItems.length === 1) setPanel(true);
          }}
          variant="full-page"
          stickyHeader
          wrapLines
          items={items}
          columnDefinitions={columns}
          selectionType="multi"
          trackBy="id"
          loading={loading && !data}
          loadingText={texts.loading}
          ariaLabels={{
            tableLabel: texts.title,
            selectionGroupLabel: texts.chooseGroup,
            allItemsSelectionLabel: () => texts.chooseAll,
            itemSelectionLabel: (_, r) => texts.choose(r.name),
          }}
          header={header}
          filter={filter}
        />
      </SpaceBetween>
      {dialog === "organization" && selected[0] && <OrganizationDialog rule={selected[0]} onClose={close} />}
      {dialog && dialog !== "organization" && <ModeDialog mode={dialog} rules={selected} onClose={close} />}
    </Page>
  );
}

function ModeDialog({ mode, rules, onClose }: { mode: Mode; rules: Rule[]; onClose: () => void }) {
  const region = useRegion();
  const act = async () => {
    const others = rules.filter((rule) => rule.mode !== mode || mode === "DRY_RUN");
    const { done, failed, error } = await each(others, (rule) => setMode(region, rule, mode));
    if (done.length) flash.success(texts.done(done.length, mode));
    if (failed) flash.warning(describe(error).text, texts.failed(failed));
  };
  return (
    <Confirm title={texts.confirm(rules.length, mode)} submit={texts.submit[mode]} act={act} onClose={onClose}>
      <div>{texts.consequence[mode]}</div>
      <ul>
        {rules.map((r) => (
          <li key={r.id}>{r.name}</li>
        ))}
      </ul>
    </Confirm>
  );
}

function Name({ rule }: { rule: Rule }) {
  return (
    <>
      <Parts of={rule.name} />
      <Box variant="small" display="block" color="text-body-secondary">
        {rule.description}
      </Box>
    </>
  );
}

type Column = TableProps.ColumnDefinition<Rule>;

const first: Column[] = [
  { id: "name", header: texts.columns.name, cell: (r) => <Name rule={r} />, sortingField: "name", isRowHeader: true, minWidth: 220 },
  {
    id: "mode",
    header: texts.columns.mode,
    cell: (r) => <ModeText mode={r.mode} dryRun={r.dryRun} />,
    sortingField: "mode",
    minWidth: 130,
  },
];

const organizationColumn: Column = {
  id: "organization",
  header: texts.columns.organization,
  cell: (r) => (r.organization.length ? r.organization.map((m) => <ModeText key={m} mode={m} dryRun={r.organizationDryRun} />) : <ModeText mode="OFF" />),
  minWidth: 130,
};

const order = (r: Rule) => severities[r.severity] ?? 0;

const rest: Column[] = [
  { id: "severity", header: texts.columns.severity, cell: (r) => <RuleSeverity rule={r} />, sortingComparator: (a, b) => order(a) - order(b) },
  { id: "service", header: texts.columns.service, cell: (r) => r.service, sortingField: "service" },
  { id: "tactic", header: texts.columns.tactic, cell: (r) => r.tactic, sortingField: "tactic", minWidth: 130 },
  { id: "technique", header: texts.columns.technique, cell: (r) => <span title={r.technique}>{r.technique.split(" - ")[0]}</span>, sortingField: "technique", minWidth: 110 },
];
