// The lists of one kind, with what may be done to them.

import { useCollection } from "@cloudscape-design/collection-hooks";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMemo, useState } from "react";
import { useDetector } from "../../api/guardduty.ts";
import { type Kind, type List, useLists } from "../../api/lists.ts";
import { useMay } from "../../api/permissions.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/lists.ts";
import { type Action, actions, applies, mayDo, nouns } from "./actions.ts";
import { columns } from "./columns.tsx";
import { ListDialog } from "./ListDialog.tsx";
import { ListForm } from "./ListForm.tsx";

type Open = { action: "add" } | { action: Action; list: List };

export function ListsTable({ kind }: { kind: Kind }) {
  const may = useMay();
  const detector = useDetector();
  const { data, error, loading, reload } = useLists();
  const [open, setOpen] = useState<Open>();
  const lists = useMemo(() => (data ?? []).filter((l) => l.kind === kind), [data, kind]);

  const add = Boolean(detector.data) && may(`guardduty:Create${nouns[kind]}`) && (
    <Button onClick={() => setOpen({ action: "add" })}>{texts.add[kind]}</Button>
  );
  const empty = error && !data ? <LoadError error={error} retry={reload} /> : <Empty title={texts.empty[kind]} hint={add ? texts.emptyHint : texts.emptyRead} />;
  const { items, collectionProps } = useCollection(lists, {
    filtering: { empty },
    sorting: { defaultState: { sortingColumn: { sortingField: "name" } } },
    selection: { trackBy: "id" },
  });
  const selected = lists.find((l) => l.id === collectionProps.selectedItems?.[0]?.id);
  const choices = selected
    ? actions.filter((a) => mayDo(a, selected, may)).map((id) => ({ id, text: texts.action[id], disabled: !applies(id, selected) }))
    : [];
  const mayAny = actions.some((a) => a !== "preview" && lists.some((l) => mayDo(a, l, may)));
  const close = () => {
    setOpen(undefined);
    void reload();
  };
  const all = useMemo(
    () =>
      columns({
        reactivate: (list) => setOpen({ action: "reactivate", list }),
        mayReactivate: (list) => mayDo("reactivate", list, may),
      }),
    [may],
  );
  const shown = useFolded(all);

  const header = (
    <Header
      variant="h2"
      counter={data && `(${lists.length})`}
      description={texts.about[kind]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {(mayAny || lists.some((l) => mayDo("preview", l, may))) && (
            <ButtonDropdown
              items={choices}
              disabled={!selected}
              onItemClick={({ detail }) => selected && setOpen({ action: detail.id as Action, list: selected })}
            >
              {texts.actions}
            </ButtonDropdown>
          )}
          {add}
        </SpaceBetween>
      }
    >
      {texts.tables[kind]}
    </Header>
  );
  return (
    <>
      <Table
        {...collectionProps}
        items={items}
        columnDefinitions={shown}
        selectionType={lists.length ? "single" : undefined}
        trackBy="id"
        wrapLines
        loading={loading && !data}
        loadingText={texts.loading}
        ariaLabels={{
          tableLabel: texts.tables[kind],
          selectionGroupLabel: texts.chooseGroup,
          itemSelectionLabel: (_, l) => texts.choose(l.name),
        }}
        header={header}
      />
      {open && detector.data && (open.action === "add" || open.action === "edit") && (
        <ListForm kind={kind} list={open.action === "edit" ? open.list : undefined} detector={detector.data} onClose={close} />
      )}
      {open && detector.data && open.action !== "add" && open.action !== "edit" && (
        <ListDialog action={open.action} list={open.list} detector={detector.data} onClose={close} />
      )}
    </>
  );
}
