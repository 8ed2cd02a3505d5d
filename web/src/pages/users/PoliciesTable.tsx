// The policies that users and roles can have.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { Empty } from "../../components/Empty.tsx";
import { Listing } from "../../components/Listing.tsx";
import { Parts } from "../../components/Parts.tsx";
import { texts } from "../../texts/users.ts";
import type { All } from "./all.ts";
import { type PolicyRow, policyRows } from "./logic.ts";
import { DeletePolicy, EditPolicy, ViewPolicy } from "./policies.tsx";

type Action = "view" | "edit" | "delete";

const names = texts.columns;
const said = texts.many.policies;

export function PoliciesTable({ users, roles, policies, mayChange }: All) {
  const [creating, setCreating] = useState(false);
  const [dialog, setDialog] = useState<{ action: Action; of: PolicyRow }>();
  const close = () => {
    setDialog(undefined);
    setCreating(false);
    void policies.reload();
  };
  const rows = policies.data && policyRows(policies.data, [...(users.data ?? []), ...(roles.data ?? [])]);
  const choices = (p: PolicyRow): Action[] => (p.managed || !mayChange ? ["view"] : ["edit", "delete"]);
  const columns: TableProps.ColumnDefinition<PolicyRow>[] = [
    { id: "name", header: names.name, cell: nameAndAbout, sortingField: "name", isRowHeader: true, minWidth: 240 },
    { id: "kind", header: names.kind, cell: (p) => (p.managed ? texts.managed : texts.own), sortingField: "managed", minWidth: 160 },
    { id: "usedBy", header: names.usedBy, cell: (p) => p.usedBy.join(", ") || texts.none, minWidth: 160 },
    {
      id: "actions",
      header: names.action,
      cell: (p) => (
        <ButtonDropdown
          variant="inline-icon"
          ariaLabel={texts.actionsOf(p.name)}
          expandToViewport
          items={choices(p).map((id) => ({ id, text: texts.action[id] }))}
          onItemClick={({ detail }) => setDialog({ action: detail.id as Action, of: p })}
        />
      ),
      minWidth: 80,
    },
  ];
  const create = mayChange && (
    <Button variant="primary" onClick={() => setCreating(true)}>
      {said.create}
    </Button>
  );
  const taken = rows?.map((p) => p.name) ?? [];
  return (
    <>
      <Listing
        title={texts.policies}
        about={said.about}
        loadingText={said.loading}
        loaded={{ ...policies, data: rows }}
        id={(p) => p.name}
        search={(p) => [p.name, p.about, ...p.usedBy]}
        columns={columns}
        acts
        actions={create}
        empty={<Empty title={said.empty} action={create} />}
      />
      {creating && <EditPolicy taken={taken} onClose={close} />}
      {dialog?.action === "view" && <ViewPolicy of={dialog.of} onClose={close} />}
      {dialog?.action === "edit" && <EditPolicy of={dialog.of} taken={taken} onClose={close} />}
      {dialog?.action === "delete" && <DeletePolicy of={dialog.of} onClose={close} />}
    </>
  );
}

function nameAndAbout(p: PolicyRow) {
  return (
    <>
      <Parts of={p.name} />
      {p.about && (
        <Box color="text-body-secondary" fontSize="body-s">
          {p.about}
        </Box>
      )}
    </>
  );
}
