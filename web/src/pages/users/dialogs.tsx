// What is asked before a user, a role or a key is changed: what will happen.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { flash } from "../../api/flash.ts";
import { type AccessKey, deleteIdentity, deleteKey, type Kind, resetPassword, setKeyActive } from "../../api/identities.ts";
import { useSession } from "../../api/session.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/users.ts";
import type { All } from "./all.ts";

interface DeleteProps {
  kind: Kind;
  name: string;
  keys: number;
  onClose: () => void;
}

export function DeleteIdentity({ kind, name, keys, onClose }: DeleteProps) {
  const { user } = useSession();
  const act = async () => {
    await deleteIdentity(kind, name);
    flash.success(texts.deleted[kind](name));
  };
  return (
    <Confirm title={texts.deleteTitle[kind](name)} submit={texts.action.delete} act={act} onClose={onClose}>
      <Box>{kind === "users" ? texts.deleteUser(keys) : texts.deleteRole}</Box>
      {kind === "users" && name === user && <Alert type="warning">{texts.deleteSelf}</Alert>}
    </Confirm>
  );
}

export function ResetPassword({ user, tell, onClose }: { user: string; tell: All["tell"]; onClose: () => void }) {
  const act = async () => tell({ user, password: await resetPassword(user) });
  return (
    <Confirm title={texts.resetTitle(user)} submit={texts.action.reset} act={act} onClose={onClose}>
      <Box>{texts.resetBefore(user)}</Box>
    </Confirm>
  );
}

export type KeyAction = "off" | "on" | "revoke";

export function ChangeKey({ action, of, onClose }: { action: KeyAction; of: AccessKey; onClose: () => void }) {
  const id = of.accessKeyId;
  const said = {
    off: { title: texts.offTitle(id), before: texts.offBefore, done: texts.keyOff(id) },
    on: { title: texts.onTitle(id), before: texts.onBefore, done: texts.keyOn(id) },
    revoke: { title: texts.revokeTitle(id), before: texts.revokeBefore, done: texts.keyDeleted(id) },
  }[action];
  const act = async () => {
    if (action === "revoke") await deleteKey(id);
    else await setKeyActive(id, action === "on");
    flash.success(said.done);
  };
  return (
    <Confirm title={said.title} submit={texts.action[action]} act={act} onClose={onClose}>
      <Box>{said.before}</Box>
    </Confirm>
  );
}
