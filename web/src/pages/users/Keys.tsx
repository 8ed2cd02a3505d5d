// The access keys of the account.

import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import type { AccessKey } from "../../api/identities.ts";
import { useSession } from "../../api/session.ts";
import { Empty } from "../../components/Empty.tsx";
import { Listing } from "../../components/Listing.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/users.ts";
import type { All } from "./all.ts";
import { CreateKey } from "./CreateKey.tsx";
import { ChangeKey, type KeyAction } from "./dialogs.tsx";

const names = texts.columns;
const said = texts.many.keys;

// A table knows by it what it is sorted by, so that it is the same each time.
const byOwner = (a: AccessKey, b: AccessKey) => (a.user ?? "").localeCompare(b.user ?? "");

export function Keys({ users, keys, mayChange, tell }: All) {
  const isRoot = useSession().user === ""; // whose own keys nobody else changes
  const [creating, setCreating] = useState(false);
  const [dialog, setDialog] = useState<{ action: KeyAction; of: AccessKey }>();
  const close = () => {
    setDialog(undefined);
    setCreating(false);
    void keys.reload();
  };
  const columns: (TableProps.ColumnDefinition<AccessKey> | false)[] = [
    { id: "owner", header: names.owner, cell: (k) => k.user || texts.root, sortingComparator: byOwner, minWidth: 140 },
    { id: "key", header: names.key, cell: (k) => k.accessKeyId, sortingField: "accessKeyId", isRowHeader: true, minWidth: 220 },
    {
      id: "status",
      header: names.status,
      cell: (k) => <StatusIndicator type={k.inactive ? "stopped" : "success"}>{k.inactive ? texts.inactive : texts.active}</StatusIndicator>,
      minWidth: 120,
    },
    { id: "created", header: names.created, cell: (k) => <Time at={k.createdAt} />, sortingField: "createdAt", minWidth: 160 },
    mayChange && {
      id: "actions",
      header: names.action,
      cell: (k) => (k.user || isRoot) && (
        <ButtonDropdown
          variant="inline-icon"
          ariaLabel={texts.actionsOf(k.accessKeyId)}
          expandToViewport
          items={([k.inactive ? "on" : "off", "revoke"] as KeyAction[]).map((id) => ({ id, text: texts.action[id] }))}
          onItemClick={({ detail }) => setDialog({ action: detail.id as KeyAction, of: k })}
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
  return (
    <>
      <Listing
        title={texts.keys}
        about={said.about}
        loadingText={said.loading}
        loaded={keys}
        id={(k) => k.accessKeyId}
        search={(k) => [k.accessKeyId, k.user ?? texts.root]}
        columns={columns.filter((c) => c !== false)}
        acts={mayChange}
        actions={create}
        empty={<Empty title={said.empty} hint={said.hint} action={create} />}
      />
      {creating && <CreateKey users={users.data ?? []} keys={keys.data ?? []} tell={tell} onClose={close} />}
      {dialog && <ChangeKey {...dialog} onClose={close} />}
    </>
  );
}
