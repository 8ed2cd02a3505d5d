// Creates a user or a role. A user gets a password if it is to sign in.

import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { createIdentity, type Identity, type Kind, type Policies, resetPassword } from "../../api/identities.ts";
import { useSession } from "../../api/session.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/users.ts";
import type { All } from "./all.ts";
import { checkJson, checkName, newTrust } from "./logic.ts";
import { PolicyChoice } from "./PolicyChoice.tsx";

interface Props {
  kind: Kind;
  taken: Identity[];
  policies: Policies | undefined;
  tell: All["tell"];
  onClose: () => void;
}

export function CreateIdentity({ kind, taken, policies, tell, onClose }: Props) {
  const { account } = useSession();
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<string[]>([]);
  const [trust, setTrust] = useState(() => newTrust(account.accountId));
  const [signsIn, setSignsIn] = useState(true);

  const wrong = checkName(name, taken.map((i) => i.name));
  const parsed = checkJson(trust);
  const act = async () => {
    await createIdentity(kind, { name, policies: chosen, ...(kind === "roles" ? { trust: parsed.value } : {}) });
    flash.success(texts.created[kind](name));
    if (kind === "users" && signsIn) await resetPassword(name).then((password) => tell({ user: name, password }), flash.error);
  };
  const disabled = Boolean(wrong) || (kind === "roles" && Boolean(parsed.wrong));
  return (
    <Confirm title={texts.many[kind].create} submit={texts.create} disabled={disabled} act={act} onClose={onClose}>
      <FormField label={texts.nameLabel} constraintText={texts.nameHint} errorText={name ? wrong : undefined} stretch>
        <Input value={name} autoFocus spellcheck={false} autoComplete={false} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <PolicyChoice policies={policies} chosen={chosen} onChange={setChosen} />
      {kind === "users" && (
        <Checkbox checked={signsIn} description={texts.signsInHint} onChange={({ detail }) => setSignsIn(detail.checked)}>
          {texts.signsIn}
        </Checkbox>
      )}
      {kind === "roles" && (
        <FormField label={texts.trustLabel} description={texts.trustHint} errorText={parsed.wrong} stretch>
          <Textarea value={trust} rows={10} spellcheck={false} onChange={({ detail }) => setTrust(detail.value)} />
        </FormField>
      )}
    </Confirm>
  );
}
