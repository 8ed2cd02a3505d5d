// Suspends the service, enables it again, or ends it, and says before what that means.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { deleteDetector, type Settings, updateDetector, useSettings } from "../../api/detector.ts";
import { flash } from "../../api/flash.ts";
import { useDetector } from "../../api/guardduty.ts";
import { useAdministrator } from "../../api/invitations.ts";
import { type Member, useMembers } from "../../api/members.ts";
import { useOrganization } from "../../api/organization.ts";
import { useMay } from "../../api/permissions.ts";
import { useHref, useRegion } from "../../app/router.ts";
import { named } from "../../components/accountIds.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { useNamed } from "../../components/named.ts";
import { texts } from "../../texts/settings.ts";
import { blocking } from "./blocking.ts";

export function End({ settings }: { settings: Settings }) {
  const may = useMay();
  const region = useRegion();
  const { reload } = useSettings();
  const detector = useDetector();
  const nameOf = useNamed();
  const id = useAdministrator().data?.AccountId;
  const administrator = id && nameOf(id);
  const { managed } = useOrganization();
  const members = useMembers(undefined, !may("guardduty:ListMembers")).data ?? [];
  const [open, setOpen] = useState<"suspend" | "disable">();
  const [busy, setBusy] = useState(false);
  const maySuspend = !managed && may("guardduty:UpdateDetector");
  const mayDisable = !managed && may("guardduty:DeleteDetector");
  if (!maySuspend && !mayDisable) return null;

  const suspend = async () => {
    await updateDetector(region, settings.id, { Enable: false });
    flash.success(texts.suspendDone);
    await reload();
  };
  const resume = async () => {
    setBusy(true);
    try {
      await updateDetector(region, settings.id, { Enable: true });
      flash.success(texts.resumed);
    } catch (error) {
      flash.error(error);
    }
    await reload();
    setBusy(false);
  };
  const sharing = members.filter((m) => m.status === "Enabled").length;
  const close = () => setOpen(undefined);
  return (
    <Container
      header={
        <Header variant="h2" description={texts.endHint}>
          {texts.end}
        </Header>
      }
    >
      <SpaceBetween size="m">
        {administrator && <Alert type="info">{texts.memberNotice(administrator)}</Alert>}
        <SpaceBetween direction="horizontal" size="xs">
          {maySuspend &&
            (settings.Status === "ENABLED" ? (
              <Button onClick={() => setOpen("suspend")}>{texts.suspend}</Button>
            ) : (
              <Button variant="primary" loading={busy} onClick={() => void resume()}>
                {texts.resume}
              </Button>
            ))}
          {mayDisable && <Button onClick={() => setOpen("disable")}>{texts.disable}</Button>}
        </SpaceBetween>
      </SpaceBetween>
      {open === "suspend" && (
        <Confirm title={texts.suspendTitle} submit={texts.suspend} act={suspend} onClose={close}>
          <div>{texts.suspendText}</div>
          {sharing > 0 && <div>{texts.suspendMembers(sharing)}</div>}
          {administrator && <Alert type="info">{texts.memberNotice(administrator)}</Alert>}
        </Confirm>
      )}
      {open === "disable" && (
        <Disable
          settings={settings}
          administrator={administrator}
          members={members}
          onClose={close}
          onDone={async () => {
            await Promise.all([reload(), detector.reload()]);
          }}
        />
      )}
    </Container>
  );
}

interface DisableProps {
  settings: Settings;
  administrator?: string;
  members: Member[];
  onClose: () => void;
  onDone: () => Promise<void>;
}

function Disable({ settings, administrator, members, onClose, onDone }: DisableProps) {
  const region = useRegion();
  const [typed, setTyped] = useState("");
  const blocked = blocking(members);
  const disable = async () => {
    await deleteDetector(region, settings.id);
    flash.success(texts.disabled);
    await onDone();
  };
  return (
    <Confirm title={texts.disableTitle} submit={texts.disable} disabled={blocked.length > 0 || typed.trim() !== texts.disableWord} act={disable} onClose={onClose}>
      {blocked.length > 0 ? (
        <Blocked members={blocked} />
      ) : (
        <SpaceBetween size="m">
          <div>
            {texts.disableText}
            <ul>
              {[...texts.lost, ...(members.length ? [texts.lostMembers] : [])].map((what) => (
                <li key={what}>{what}</li>
              ))}
            </ul>
          </div>
          {administrator && <Alert type="info">{texts.disableMember(administrator)}</Alert>}
          <FormField label={texts.disableConfirm(texts.disableWord)}>
            <Input value={typed} autoFocus autoComplete="off" onChange={({ detail }) => setTyped(detail.value)} />
          </FormField>
        </SpaceBetween>
      )}
    </Confirm>
  );
}

const most = 10;

function Blocked({ members }: { members: Member[] }) {
  const href = useHref();
  return (
    <Alert type="warning" header={texts.blocked(members.length)} action={<Button href={href("accounts")}>{texts.toAccounts}</Button>}>
      {texts.blockedText}
      <ul>
        {members.slice(0, most).map((m) => (
          <li key={m.accountId} className="long">
            {named(m.accountId, m.name || m.email)}
          </li>
        ))}
        {members.length > most && <li>{texts.blockedMore(members.length - most)}</li>}
      </ul>
    </Alert>
  );
}
