// Which account looks after the organization, for the organization's management account.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { appoint, dismiss } from "../../api/detector.ts";
import { flash } from "../../api/flash.ts";
import { useOrganization } from "../../api/organization.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/settings.ts";

export function Delegate() {
  const may = useMay();
  const region = useRegion();
  const { administrator, reload } = useOrganization();
  const [dismissing, setDismissing] = useState(false);
  const remove = async (id: string) => {
    await dismiss(region, id);
    flash.success(texts.dismissed(id));
    await reload();
  };
  const button = administrator && may("guardduty:DisableOrganizationAdminAccount") && <Button onClick={() => setDismissing(true)}>{texts.dismiss}</Button>;
  return (
    <Container
      header={
        <Header variant="h2" description={texts.delegateHint} actions={button}>
          {texts.delegate}
        </Header>
      }
    >
      {administrator ?? (may("guardduty:EnableOrganizationAdminAccount") ? <Appoint reload={reload} /> : <Box>{texts.noDelegate}</Box>)}
      {dismissing && administrator && (
        <Confirm title={texts.dismissTitle(administrator)} submit={texts.dismiss} act={() => remove(administrator)} onClose={() => setDismissing(false)}>
          {texts.dismissText}
        </Confirm>
      )}
    </Container>
  );
}

function Appoint({ reload }: { reload: () => Promise<void> }) {
  const region = useRegion();
  const [id, setId] = useState("");
  const [mistake, setMistake] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const account = id.trim();
    const wrong = /^\d{12}$/.test(account) ? "" : texts.badOwner;
    setMistake(wrong);
    if (wrong) return;
    setBusy(true);
    try {
      await appoint(region, account);
      flash.success(texts.appointed(account));
    } catch (error) {
      flash.error(error);
    }
    await reload();
    setBusy(false);
  };
  return (
    <SpaceBetween size="s">
      {texts.noDelegate}
      <FormField label={texts.delegateId} constraintText={texts.delegateIdHint} errorText={mistake}>
        <Input value={id} inputMode="numeric" onChange={({ detail }) => setId(detail.value)} />
      </FormField>
      <Button loading={busy} onClick={() => void submit()}>
        {texts.appoint}
      </Button>
    </SpaceBetween>
  );
}
