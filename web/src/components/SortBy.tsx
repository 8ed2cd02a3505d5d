// What a folded table is sorted by: its columns have no headers to choose.

import Button from "@cloudscape-design/components/button";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import { texts } from "../texts/listing.ts";

type By<T> = TableProps.SortingColumn<T>;

interface Props<T> {
  columns: readonly TableProps.ColumnDefinition<T>[];
  by: By<T> | undefined;
  descending: boolean;
  onChange: (by: By<T>, descending: boolean) => void;
}

const same = <T,>(a: By<T>, b: By<T>) => a.sortingField === b.sortingField && a.sortingComparator === b.sortingComparator;

export function SortBy<T>({ columns, by, descending, onChange }: Props<T>) {
  const sortable = columns.filter((c) => c.sortingField || c.sortingComparator);
  const options = sortable.map((c, i) => ({ value: String(i), label: String(c.header) }));
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="end">
      <Select
        inlineLabelText={texts.sortBy}
        placeholder={texts.unsorted}
        options={options}
        selectedOption={options.find((_, i) => by && same(sortable[i]!, by)) ?? null}
        onChange={({ detail }) => onChange(sortable[Number(detail.selectedOption.value)]!, descending)}
      />
      <Button
        iconName={descending ? "caret-down-filled" : "caret-up-filled"}
        ariaLabel={descending ? texts.ascending : texts.descending}
        disabled={!by}
        onClick={() => by && onChange(by, !descending)}
      />
    </SpaceBetween>
  );
}

interface CollectionProps<T> {
  columns: readonly TableProps.ColumnDefinition<T>[];
  collection: Pick<TableProps<T>, "sortingColumn" | "sortingDescending">;
  actions: { setSorting: (to: { sortingColumn: By<T>; isDescending: boolean }) => void };
}

// SortCollection is the same for a table that useCollection sorts.
export function SortCollection<T>({ columns, collection, actions }: CollectionProps<T>) {
  return (
    <SortBy
      columns={columns}
      by={collection.sortingColumn}
      descending={collection.sortingDescending ?? false}
      onChange={(sortingColumn, isDescending) => actions.setSorting({ sortingColumn, isDescending })}
    />
  );
}
