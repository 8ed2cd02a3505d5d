// Invitations to this account: enable the service if it is off, mark the one to accept, and accept it; or decline.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { useDetector } from "../../api/guardduty.ts";
import { acceptInvitation, type Invitation, useAdministrator, useInvitations } from "../../api/invitations.ts";
import { useMay } from "../../api/permissions.ts";
import { signOut, useSession } from "../../api/session.ts";
import { Page } from "../../app/Page.tsx";
import { useHref, useQuery, useRegion } from "../../app/router.ts";
import { EnableButton } from "../../components/EnableService.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/invitations.ts";
import { LeaveDialog, MemberOf } from "../accounts/MemberOf.tsx";
import { DeclineDialog } from "./DeclineDialog.tsx";
import { InvitationsTable } from "./InvitationsTable.tsx";
import { Trusted } from "./Trusted.tsx";

export default function Invitations() {
  const region = useRegion();
  const href = useHref();
  const may = useMay();
  const [query] = useQuery();
  const detector = useDetector();
  const administrator = useAdministrator();
  const { data, error, loading, administers, reload } = useInvitations();
  const [marked, setMarked] = useState<string>();
  const [dialog, setDialog] = useState<{ kind: "decline"; inviter: string } | { kind: "leave" }>();
  const [busy, setBusy] = useState(false);

  const followed = query.get("inviter") ?? "";
  const acceptable = (data ?? []).filter((i) => i.status === "Invited" || i.status === "Resigned");
  const pending = acceptable.filter((i) => i.status === "Invited");
  const member = Boolean(administrator.data);
  const off = detector.data === null;
  const mayAccept = may("guardduty:AcceptAdministratorInvitation") && !administers;
  // The mail's link marks its invitation, until one marks another.
  const chosen = acceptable.find((i) => i.accountId === (marked ?? (pending.some((i) => i.accountId === followed) ? followed : "")));

  const accept = async () => {
    if (!chosen) return void flash.warning(texts.chooseFirst);
    setBusy(true);
    try {
      await acceptInvitation(region, detector.data ?? "", chosen);
      flash.success(texts.accepted(chosen.accountId));
      setMarked(undefined);
    } catch (failed) {
      flash.error(failed);
    }
    await Promise.all([reload(), administrator.reload()]);
    setBusy(false);
  };
  const toggle = (invitation: Invitation, on: boolean) => {
    if (invitation.status === "Enabled" || invitation.status === "Disabled") setDialog({ kind: "leave" });
    else setMarked(on ? invitation.accountId : "");
  };
  return (
    <Page title={texts.title} description={texts.description}>
      <SpaceBetween size="l">
        {data && <WrongAccount followed={followed} invitations={data} />}
        {administrator.data && <MemberOf administrator={administrator.data} />}
        {off && !administers && acceptable.length > 0 && (
          <Alert
            type="warning"
            header={texts.enableFirst(acceptable.length)}
            action={may("guardduty:CreateDetector") && <EnableButton />}
          >
            {texts.enableFirstText}
          </Alert>
        )}
        {administers && acceptable.length > 0 && (
          <Alert type="info" header={texts.administers} action={<Button href={href("accounts")}>{texts.toAccounts}</Button>}>
            {texts.administersText}
          </Alert>
        )}
        {!off && !member && !administers && pending.length > 0 && <Alert type="info">{texts.asked(pending.length)}</Alert>}
        {member && pending.length > 0 && <Alert type="info">{texts.asked2}</Alert>}
        {error !== undefined && <LoadError error={error} retry={reload} />}
        <InvitationsTable
          invitations={data}
          loading={loading}
          chosen={chosen?.accountId}
          accepts={!administers}
          canAccept={mayAccept && !off && !member}
          onToggle={toggle}
          onDecline={(inviter) => setDialog({ kind: "decline", inviter })}
          empty={<Button href={href("accounts")}>{texts.toAccounts}</Button>}
          accept={
            mayAccept &&
            acceptable.length > 0 &&
            !member && (
              <Button variant="primary" disabled={off} loading={busy} onClick={() => void accept()}>
                {texts.submit}
              </Button>
            )
          }
        />
        {acceptable.length > 0 && !member && !administers && (
          <Alert type="info" header={texts.acceptTitle}>
            {texts.acceptText}
          </Alert>
        )}
        <Trusted onChange={() => void Promise.all([reload(), administrator.reload()])} />
      </SpaceBetween>
      {dialog?.kind === "leave" && <LeaveDialog onClose={() => setDialog(undefined)} />}
      {dialog?.kind === "decline" && <DeclineDialog inviter={dialog.inviter} onClose={() => setDialog(undefined)} />}
    </Page>
  );
}

// WrongAccount tells who followed a mail's link while signed in to an account that it isn't for.
function WrongAccount({ followed, invitations }: { followed: string; invitations: Invitation[] }) {
  const { account } = useSession();
  const region = useRegion();
  if (!/^\d{12}$/.test(followed) || invitations.some((i) => i.accountId === followed)) return null;
  return (
    <Alert
      type="warning"
      header={texts.wrongAccount}
      action={<Button onClick={() => void signOut().catch(flash.error)}>{texts.switchAccount}</Button>}
    >
      {texts.wrongAccountText(followed, account.accountId, region)}
    </Alert>
  );
}
