// The accounts whose invitations are accepted automatically.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { trustInviters, useTrustedInviters } from "../../api/invitations.ts";
import { useMay } from "../../api/permissions.ts";
import { parseAccounts } from "../../components/accountIds.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/invitations.ts";

export function Trusted({ onChange }: { onChange: () => void }) {
  const may = useMay();
  const { data, reload } = useTrustedInviters();
  const [editing, setEditing] = useState(false);
  if (!data) return null;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={texts.trustedHint}
          actions={may("guardduty:AcceptAdministratorInvitation") && <Button onClick={() => setEditing(true)}>{texts.trustedEdit}</Button>}
        >
          {texts.trusted}
        </Header>
      }
    >
      <Box color={data.length ? undefined : "text-body-secondary"}>{data.join(", ") || texts.trustedNone}</Box>
      {editing && (
        <Edit
          before={data}
          onClose={() => {
            setEditing(false);
            void reload();
            onChange();
          }}
        />
      )}
    </Container>
  );
}

function Edit({ before, onClose }: { before: string[]; onClose: () => void }) {
  const [text, setText] = useState(before.join("\n"));
  const { ids, bad } = parseAccounts(text);
  const save = async () => {
    await trustInviters(ids);
    flash.success(texts.trustedSaved);
  };
  return (
    <Confirm title={texts.trusted} submit={texts.trustedSave} disabled={Boolean(bad)} act={save} onClose={onClose}>
      {texts.trustedText}
      <FormField label={texts.trustedAccounts} constraintText={texts.trustedAccountsHint} errorText={bad && texts.trustedBad(bad)} stretch>
        <Textarea value={text} rows={4} autoFocus onChange={({ detail }) => setText(detail.value)} />
      </FormField>
    </Confirm>
  );
}
