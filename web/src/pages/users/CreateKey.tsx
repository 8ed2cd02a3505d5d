// Creates an access key of a user, or of the root, which only the root may.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { useState } from "react";
import { type AccessKey, createKey, type Identity } from "../../api/identities.ts";
import { useSession } from "../../api/session.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/users.ts";
import type { All } from "./all.ts";
import { maxKeys } from "./logic.ts";

interface Props {
  users: Identity[];
  keys: AccessKey[];
  user?: string; // already chosen
  tell: All["tell"];
  onClose: () => void;
}

const rootId = ""; // of the root, among users

export function CreateKey({ users, keys, user, tell, onClose }: Props) {
  const session = useSession();
  const isRoot = session.user === "";
  const [chosen, setChosen] = useState(user);
  const full = chosen !== undefined && keys.filter((k) => (k.user ?? rootId) === chosen).length >= maxKeys;
  const who = chosen === rootId ? texts.root : (chosen ?? "");

  const names = users.map((u) => u.name);
  const options = (isRoot && user === undefined ? [...names, rootId] : names).map((value) => ({ value, label: value || texts.root }));
  const act = async () => tell({ key: await createKey(chosen ?? rootId) });
  return (
    <Confirm title={texts.keyTitle} submit={texts.create} disabled={chosen === undefined || full} act={act} onClose={onClose}>
      <FormField label={texts.userLabel} description={texts.userHint} errorText={full ? texts.keyFull(who) : undefined} stretch>
        <Select
          options={options}
          selectedOption={options.find((o) => o.value === chosen) ?? null}
          placeholder={texts.userLabel}
          disabled={user !== undefined}
          filteringType="auto"
          expandToViewport
          onChange={({ detail }) => setChosen(detail.selectedOption.value)}
        />
      </FormField>
      {chosen !== undefined && <Box>{texts.keyBefore(who)}</Box>}
      {chosen === rootId && <Alert type="warning">{texts.keyRootWarning}</Alert>}
    </Confirm>
  );
}
