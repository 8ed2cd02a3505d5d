// A table of things that are all read at once: with its header, a filter over what it shows, pages, and what it says when there is
// nothing. Tables whose rows are asked for page by page are made of Table itself.

import { useCollection } from "@cloudscape-design/collection-hooks";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import type { ReactNode } from "react";
import type { Loaded } from "../api/load.ts";
import { useNarrow } from "../app/narrow.ts";
import { texts } from "../texts/listing.ts";
import { Empty } from "./Empty.tsx";
import { useFolded } from "./folded.tsx";
import { LoadError } from "./LoadError.tsx";
import { SortCollection } from "./SortBy.tsx";

interface Props<T> {
  title: string;
  about?: ReactNode;
  loadingText: string;
  loaded: Loaded<T[]>;
  id: (item: T) => string;
  search: (item: T) => string[]; // what the filter looks through
  columns: TableProps.ColumnDefinition<T>[];
  acts?: boolean; // the last column has what can be done, and stays in sight
  actions?: ReactNode;
  empty: ReactNode;
  above?: ReactNode; // the header, at the foot of it
  newestFirst?: boolean; // by the first column
  page?: boolean; // it is the whole page, and has its title
  selected?: T[]; // several may be chosen
  onSelect?: (selected: T[]) => void;
  name?: (item: T) => string; // of one, for who can't see what is chosen
}

const pageSize = 50;

export function Listing<T>(props: Props<T>) {
  const { title, loaded, id, selected, onSelect } = props;
  const narrow = useNarrow();
  const columns = useFolded(props.columns, (c) => Boolean(props.acts) && c === props.columns.at(-1));
  const { items, actions, collectionProps, filterProps, paginationProps, filteredItemsCount } = useCollection(loaded.data ?? [], {
    filtering: {
      filteringFunction: (item, text) => {
        const wanted = text.toLowerCase();
        return props.search(item).some((s) => s.toLowerCase().includes(wanted));
      },
      empty: loaded.error ? <LoadError error={loaded.error} retry={loaded.reload} /> : props.empty,
      noMatch: <Empty title={texts.noMatch} action={<Button onClick={() => actions.setFiltering("")}>{texts.clear}</Button>} />,
    },
    sorting: props.columns[0] && { defaultState: { sortingColumn: props.columns[0], isDescending: props.newestFirst } },
    pagination: { pageSize },
  });
  const count = loaded.data?.length ?? 0;
  const table = (
    <Table
      {...collectionProps}
      variant={props.page ? "full-page" : "container"}
      stickyHeader={props.page}
      items={items}
      columnDefinitions={columns}
      trackBy={id}
      wrapLines
      stickyColumns={props.acts ? { last: 1 } : undefined}
      loading={loaded.loading && !loaded.data}
      loadingText={props.loadingText}
      selectionType={onSelect ? "multi" : undefined}
      selectedItems={selected ?? []}
      onSelectionChange={({ detail }) => onSelect?.(detail.selectedItems)}
      ariaLabels={{
        tableLabel: title,
        selectionGroupLabel: texts.selection,
        allItemsSelectionLabel: () => texts.selectAll,
        itemSelectionLabel: (_, item) => texts.select((props.name ?? id)(item)),
      }}
      header={
        <SpaceBetween size="m">
          <Header
            variant={props.page ? "awsui-h1-sticky" : "h2"}
            description={props.about}
            counter={loaded.data && (selected?.length ? `(${selected.length}/${count})` : `(${count})`)}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="refresh"
                  ariaLabel={texts.refresh(title)}
                  loading={loaded.loading && Boolean(loaded.data)}
                  onClick={() => void loaded.reload()}
                />
                {props.actions}
              </SpaceBetween>
            }
          >
            {title}
          </Header>
          {props.above}
        </SpaceBetween>
      }
      filter={
        count > 0 && (
          <SpaceBetween size="xs">
            <TextFilter
              {...filterProps}
              filteringPlaceholder={texts.filter}
              filteringAriaLabel={`${texts.filter}: ${title}`}
              countText={texts.matches(filteredItemsCount ?? 0)}
            />
            {narrow && <SortCollection columns={props.columns} collection={collectionProps} actions={actions} />}
          </SpaceBetween>
        )
      }
      pagination={count > pageSize && <Pagination {...paginationProps} />}
    />
  );
  return (
    <SpaceBetween size="m">
      {Boolean(loaded.error) && count > 0 && <LoadError error={loaded.error} retry={loaded.reload} />}
      {table}
    </SpaceBetween>
  );
}
