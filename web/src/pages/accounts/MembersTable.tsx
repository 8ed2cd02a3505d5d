// The table of an administrator's members.

import { useCollection } from "@cloudscape-design/collection-hooks";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import PropertyFilter from "@cloudscape-design/components/property-filter";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMemo, useState } from "react";
import { useDetector } from "../../api/guardduty.ts";
import { type Member, useFeatures, useMembers, useNotMembers } from "../../api/members.ts";
import { useOrganization } from "../../api/organization.ts";
import { useMay } from "../../api/permissions.ts";
import { useNarrow } from "../../app/narrow.ts";
import { useHref, useRegion } from "../../app/router.ts";
import { download, toCsv } from "../../components/csv.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { usePreferences } from "../../components/preferences.ts";
import { SortCollection } from "../../components/SortBy.tsx";
import { texts } from "../../texts/accounts.ts";
import { ActionDialog } from "./ActionDialog.tsx";
import { columnIds, columns, csvRows, shownFirst, statusFirst } from "./columns.tsx";
import { filterProperties, type Found, found } from "./filter.ts";
import { useLastFindings } from "./lastFindings.ts";
import { NotMembers } from "./NotMembers.tsx";
import { type Action, applies, needs, ofOrganization, shares, switched } from "./plan.ts";

const actions: Action[] = ["invite", "add", "resend", "suspend", "resume", "switchOn", "switchOff", "disassociate", "delete"];

export function MembersTable() {
  const may = useMay();
  const href = useHref();
  const region = useRegion();
  const narrow = useNarrow();
  const { administers } = useOrganization();
  const { data, error, loading, reload } = useMembers();
  const { data: others, error: othersError, reload: reloadOthers } = useNotMembers();
  const { data: detector } = useDetector();
  const lastFindings = useLastFindings();
  const [preferences, setPreferences] = usePreferences("accounts", { pageSize: 50, wrapLines: true, visibleContent: shownFirst });
  const sharing = useMemo(() => (data ?? []).filter(shares).map((m) => m.accountId), [data]);
  const features = useFeatures(sharing, !preferences.visibleContent?.includes("s3") || !may("guardduty:GetMemberDetectors"));
  const [dialog, setDialog] = useState<{ action: Action; members: Member[] }>();

  const members = useMemo(() => {
    const known = new Set(data?.map((m) => m.accountId)); // read apart, an account may be among both for a while
    const all = [...(data ?? []), ...(others ?? []).filter((m) => !known.has(m.accountId))];
    const s3 = (id: string) => features.data?.get(id)?.some((f) => f.Name === switched && f.Status === "ENABLED");
    return all.map((m) => found({ ...m, lastFindingAt: lastFindings[m.accountId], s3: s3(m.accountId) }));
  }, [data, others, lastFindings, features.data]);
  const mayInvite = needs.invite.every(may);
  const mayAdd = may("guardduty:CreateMembers");
  const addButton = mayAdd && detector && (
    <Button variant="primary" href={href("accounts/add")}>
      {texts.add}
    </Button>
  );
  const empty = error ? <LoadError error={error} retry={reload} /> : <Empty title={texts.empty} hint={mayAdd ? texts.emptyHint : undefined} action={addButton} />;
  const { items, allPageItems, collectionProps, propertyFilterProps, paginationProps, filteredItemsCount, actions: collection } = useCollection(members, {
    propertyFiltering: {
      filteringProperties: filterProperties,
      empty,
      noMatch: (
        <Empty
          title={texts.noMatch}
          action={<Button onClick={() => collection.setPropertyFiltering({ tokens: [], operation: "and" })}>{texts.clearFilter}</Button>}
        />
      ),
    },
    sorting: { defaultState: { sortingColumn: { sortingField: "accountId" } } },
    selection: { trackBy: "accountId", keepSelection: true },
    pagination: { pageSize: preferences.pageSize },
  });
  const selected = useMemo(() => {
    const ids = new Set(collectionProps.selectedItems?.map((m) => m.accountId));
    return members.filter((m) => ids.has(m.accountId));
  }, [collectionProps.selectedItems, members]);
  const allColumns = useMemo(() => {
    const begin = (action: Action) => (m: Member) => setDialog({ action, members: [m] });
    return columns({ href, invite: mayInvite ? begin("invite") : undefined, add: mayAdd ? begin("add") : undefined });
  }, [href, mayInvite, mayAdd]);
  const chosenColumns = allColumns.filter((c) => preferences.visibleContent?.includes(c.id ?? ""));
  const shownColumns = useFolded<Found>(narrow ? statusFirst(chosenColumns) : chosenColumns);
  const close = (done: boolean) => {
    setDialog(undefined);
    if (done) collection.setSelectedItems([]);
    void reload();
    void reloadOthers();
    void features.reload();
  };

  const choices = actions
    .filter((a) => needs[a].every(may) && (administers || !ofOrganization.includes(a)))
    .map((a) => ({ id: a, text: texts.action[a], disabled: !selected.some((m) => applies(a, m, may)) }));
  const header = (
    <Header
      variant="awsui-h1-sticky"
      description={administers ? <OfOrganization members={members} /> : texts.description}
      counter={data && (selected.length ? `(${selected.length}/${members.length})` : `(${members.length})`)}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            disabled={!allPageItems.length}
            onClick={() => download(`accounts-${region}.csv`, "text/csv", toCsv(csvRows(allPageItems)))}
          >
            {texts.export}
          </Button>
          {choices.length > 0 && (
            <ButtonDropdown
              items={choices}
              disabled={!selected.length}
              onItemClick={({ detail }) => setDialog({ action: detail.id as Action, members: selected })}
            >
              {texts.actions}
            </ButtonDropdown>
          )}
          {addButton}
        </SpaceBetween>
      }
    >
      {texts.title}
    </Header>
  );
  const failed = error === undefined ? (othersError ?? features.error) : data && error; // without rows the table says it itself
  return (
    <>
      <SpaceBetween size="m">
        {failed !== undefined && <LoadError error={failed} retry={() => Promise.all([reload(), reloadOthers(), features.reload()])} />}
        {administers && mayAdd && detector && <NotMembers members={members} onAdd={(those) => setDialog({ action: "add", members: those })} />}
        <Table
          {...collectionProps}
          variant="full-page"
          stickyHeader
          resizableColumns={!narrow}
          items={items}
          columnDefinitions={shownColumns}
          wrapLines={preferences.wrapLines}
          selectionType={choices.length ? "multi" : undefined}
          trackBy="accountId"
          loading={loading && !data}
          loadingText={texts.loading}
          ariaLabels={{
            tableLabel: texts.title,
            selectionGroupLabel: texts.selection.group,
            allItemsSelectionLabel: () => texts.selection.all,
            itemSelectionLabel: (_, m) => texts.selection.one(m.accountId),
          }}
          header={header}
          filter={
            <SpaceBetween size="xs">
              <PropertyFilter
                {...propertyFilterProps}
                filteringPlaceholder={texts.filterPlaceholder}
                filteringAriaLabel={texts.filterLabel}
                countText={texts.matches(filteredItemsCount ?? 0)}
                expandToViewport
              />
              {narrow && <SortCollection columns={chosenColumns} collection={collectionProps} actions={collection} />}
            </SpaceBetween>
          }
          pagination={paginationProps.pagesCount > 1 && <Pagination {...paginationProps} />}
          preferences={
            <CollectionPreferences
              title={texts.preferences.title}
              confirmLabel={texts.preferences.confirm}
              cancelLabel={texts.preferences.cancel}
              preferences={preferences}
              onConfirm={({ detail }) => setPreferences(detail)}
              pageSizePreference={{ title: texts.preferences.pageSize, options: [20, 50, 100].map((n) => ({ value: n, label: texts.count(n) })) }}
              wrapLinesPreference={{ label: texts.preferences.wrap, description: texts.preferences.wrapHint }}
              visibleContentPreference={{
                title: texts.preferences.columns,
                options: [{ label: texts.title, options: columnIds.map((id) => ({ id, label: texts.columns[id], editable: id !== "accountId" })) }],
              }}
            />
          }
        />
      </SpaceBetween>
      {dialog && <ActionDialog action={dialog.action} members={dialog.members} onClose={close} />}
    </>
  );
}

// OfOrganization counts what an organization's administrator looks after, by how it came to.
function OfOrganization({ members }: { members: Member[] }) {
  const counts = (["organization", "autonomous"] as const).map((mode) => {
    const all = members.filter((m) => m.mode === mode);
    return texts.activeOf(texts.types[mode], all.filter((m) => m.status === "Enabled").length, all.length);
  });
  return (
    <>
      {texts.organizationDescription}
      <br />
      {counts.join(" · ")}
    </>
  );
}
