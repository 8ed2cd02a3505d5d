// Shows, writes and deletes a policy.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { createPolicy, deletePolicy, putPolicy } from "../../api/identities.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { Pre } from "../../components/Pre.tsx";
import { texts } from "../../texts/users.ts";
import { checkJson, checkName, newPolicy, type PolicyRow, pretty } from "./logic.ts";

interface Props {
  of: PolicyRow;
  onClose: () => void;
}

export function ViewPolicy({ of, onClose }: Props) {
  return (
    <Dialog header={of.name} onDismiss={onClose}>
      <SpaceBetween size="m">
        {of.about && <Box>{of.about}</Box>}
        <Pre text={pretty(of.document)} label={texts.documentLabel} wrap />
      </SpaceBetween>
    </Dialog>
  );
}

export function EditPolicy({ of, taken, onClose }: { of?: PolicyRow; taken: string[]; onClose: () => void }) {
  const [name, setName] = useState(of?.name ?? "");
  const [text, setText] = useState(() => (of ? pretty(of.document) : newPolicy()));
  const wrongName = of ? undefined : checkName(name, taken);
  const { value, wrong } = checkJson(text);
  const act = async () => {
    await (of ? putPolicy : createPolicy)(name, value);
    flash.success(texts.created.policies(name));
  };
  return (
    <Confirm
      title={of ? of.name : texts.many.policies.create}
      submit={of ? texts.save : texts.create}
      disabled={Boolean(wrongName ?? wrong)}
      act={act}
      onClose={onClose}
    >
      {!of && (
        <FormField label={texts.nameLabel} constraintText={texts.nameHint} errorText={name ? wrongName : undefined} stretch>
          <Input value={name} autoFocus spellcheck={false} autoComplete={false} onChange={({ detail }) => setName(detail.value)} />
        </FormField>
      )}
      <FormField label={texts.documentLabel} description={texts.documentHint} errorText={wrong} stretch>
        <Textarea value={text} rows={14} spellcheck={false} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
      {of && of.usedBy.length > 0 && <Alert type="warning">{texts.editUsed(of.usedBy.join(", "))}</Alert>}
    </Confirm>
  );
}

export function DeletePolicy({ of, onClose }: Props) {
  const used = of.usedBy.length > 0;
  const act = async () => {
    await deletePolicy(of.name);
    flash.success(texts.deleted.policies(of.name));
  };
  return (
    <Confirm title={texts.deleteTitle.policies(of.name)} submit={texts.action.delete} disabled={used} act={act} onClose={onClose}>
      <Box>{used ? texts.policyUsed(of.usedBy.join(", ")) : texts.deletePolicy}</Box>
    </Confirm>
  );
}
