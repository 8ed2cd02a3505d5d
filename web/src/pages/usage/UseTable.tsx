// How much was analysed of each of some things.

import { useCollection } from "@cloudscape-design/collection-hooks";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import type { ReactNode } from "react";
import type { Use } from "../../api/usage.ts";
import { useNarrow } from "../../app/narrow.ts";
import { bytesText, countText } from "../../components/amounts.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { SortCollection } from "../../components/SortBy.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts } from "../../texts/usage.ts";

interface Props {
  what: keyof typeof texts.by;
  uses: Use[];
  name?: (key: string) => string;
  cell?: (key: string) => ReactNode; // the name, where that is more than a text
  trial?: (key: string) => number | undefined; // days that are left
}

const size = 20;

export function UseTable({ what, uses, name = (key) => key, cell = name, trial }: Props) {
  const narrow = useNarrow();
  const many = uses.length > size;
  const { items, collectionProps, filterProps, paginationProps, filteredItemsCount, actions } = useCollection(uses, {
    filtering: {
      empty: <Empty title={texts.empty} />,
      noMatch: <Empty title={texts.noMatch} action={<Button onClick={() => actions.setFiltering("")}>{texts.clear}</Button>} />,
      filteringFunction: (u, text) => name(u.key).toLowerCase().includes(text.toLowerCase()),
    },
    sorting: { defaultState: { sortingColumn: { sortingField: "bytes" }, isDescending: true } },
    pagination: { pageSize: size },
  });
  const columns: TableProps.ColumnDefinition<Use>[] = [
    { id: "key", header: texts.columns[what], cell: (u) => cell(u.key), sortingField: "key", isRowHeader: true, minWidth: 140 },
    { id: "events", header: texts.events, cell: (u) => countText(u.events), sortingField: "events" },
    { id: "bytes", header: texts.bytes, cell: (u) => bytesText(u.bytes), sortingField: "bytes" },
  ];
  if (trial) columns.push({ id: "trial", header: texts.trial, cell: (u) => trialText(trial(u.key)), minWidth: 140 });
  return (
    <Table
      {...collectionProps}
      items={items}
      columnDefinitions={useFolded(columns)}
      trackBy="key"
      wrapLines
      ariaLabels={{ tableLabel: texts.by[what] }}
      header={
        <Header variant="h2" description={texts.about[what]} counter={`(${uses.length})`}>
          {texts.by[what]}
        </Header>
      }
      filter={
        (many || (narrow && uses.length > 0)) && (
          <SpaceBetween size="xs">
            {many && <TextFilter {...filterProps} filteringPlaceholder={texts.find} filteringAriaLabel={texts.find} countText={texts.matches(filteredItemsCount ?? 0)} />}
            {narrow && <SortCollection columns={columns} collection={collectionProps} actions={actions} />}
          </SpaceBetween>
        )
      }
      pagination={many && <Pagination {...paginationProps} />}
    />
  );
}

function trialText(days: number | undefined) {
  if (days === undefined) return "-";
  return <StatusIndicator type={days > 0 ? "success" : "stopped"}>{texts.left(days)}</StatusIndicator>;
}
