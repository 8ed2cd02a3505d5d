// The table of users, or of roles.

import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import type { Identity, Kind } from "../../api/identities.ts";
import { Empty } from "../../components/Empty.tsx";
import { Listing } from "../../components/Listing.tsx";
import { Parts } from "../../components/Parts.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/users.ts";
import type { All } from "./all.ts";
import { CreateIdentity } from "./CreateIdentity.tsx";
import { CreateKey } from "./CreateKey.tsx";
import { DeleteIdentity, ResetPassword } from "./dialogs.tsx";
import { trusted } from "./logic.ts";
import { SetPolicies } from "./SetPolicies.tsx";

type Action = "policies" | "reset" | "key" | "delete";

const names = texts.columns;
const actions: Record<Kind, Action[]> = { users: ["policies", "reset", "key", "delete"], roles: ["policies", "delete"] };

const listed = (names: string[] = []) => (names.length ? <Parts of={names.join(", ")} /> : texts.none);

export function Identities({ kind, ...all }: All & { kind: Kind }) {
  const [creating, setCreating] = useState(false);
  const [dialog, setDialog] = useState<{ action: Action; of: Identity }>();
  const said = texts.many[kind];
  const keysOf = (user: string) => all.keys.data?.filter((k) => k.user === user) ?? [];
  const close = () => {
    setDialog(undefined);
    setCreating(false);
    void Promise.all([all[kind].reload(), all.keys.reload()]);
  };

  const columns: (TableProps.ColumnDefinition<Identity> | false)[] = [
    { id: "name", header: names.name, cell: (i) => i.name, sortingField: "name", isRowHeader: true, minWidth: 140 },
    { id: "policies", header: names.policies, cell: (i) => listed(i.policies), minWidth: 200 },
    kind === "users" && { id: "keys", header: names.keys, cell: (i) => keysOf(i.name).length || texts.none, minWidth: 110 },
    kind === "roles" && { id: "trust", header: names.trust, cell: (i) => listed(trusted(i.trust)), minWidth: 220 },
    { id: "created", header: names.created, cell: (i) => <Time at={i.createdAt} />, sortingField: "createdAt", minWidth: 160 },
    all.mayChange && {
      id: "actions",
      header: names.action,
      cell: (i) => (
        <ButtonDropdown
          variant="inline-icon"
          ariaLabel={texts.actionsOf(i.name)}
          expandToViewport
          items={actions[kind].map((id) => ({ id, text: texts.action[id] }))}
          onItemClick={({ detail }) => setDialog({ action: detail.id as Action, of: i })}
        />
      ),
      minWidth: 80,
    },
  ];
  const create = all.mayChange && (
    <Button variant="primary" onClick={() => setCreating(true)}>
      {said.create}
    </Button>
  );
  return (
    <>
      <Listing
        title={texts[kind]}
        about={said.about}
        loadingText={said.loading}
        loaded={all[kind]}
        id={(i) => i.name}
        search={(i) => [i.name, i.arn, ...(i.policies ?? [])]}
        columns={columns.filter((c) => c !== false)}
        acts={all.mayChange}
        actions={create}
        empty={<Empty title={said.empty} hint={said.hint} action={create} />}
      />
      {creating && <CreateIdentity kind={kind} taken={all[kind].data ?? []} policies={all.policies.data} tell={all.tell} onClose={close} />}
      {dialog?.action === "policies" && <SetPolicies kind={kind} of={dialog.of} policies={all.policies.data} onClose={close} />}
      {dialog?.action === "reset" && <ResetPassword user={dialog.of.name} tell={all.tell} onClose={close} />}
      {dialog?.action === "key" && <CreateKey users={[dialog.of]} keys={all.keys.data ?? []} user={dialog.of.name} tell={all.tell} onClose={close} />}
      {dialog?.action === "delete" && <DeleteIdentity kind={kind} name={dialog.of.name} keys={keysOf(dialog.of.name).length} onClose={close} />}
    </>
  );
}
