// Accounts, by what this account is: a member sees its administrator, who looks after others or might sees the table.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useInvitationsCount, useAdministrator } from "../../api/invitations.ts";
import { useMay } from "../../api/permissions.ts";
import { Page } from "../../app/Page.tsx";
import { useHref, useRegion } from "../../app/router.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { texts } from "../../texts/accounts.ts";
import { MemberOf } from "./MemberOf.tsx";
import { MembersTable } from "./MembersTable.tsx";

export default function Accounts() {
  const may = useMay();
  const region = useRegion();
  const href = useHref();
  const administrator = useAdministrator();
  const pending = useInvitationsCount(region);

  const above = (
    <SpaceBetween size="m">
      <ServiceOff />
      {pending > 0 && !administrator.data && (
        <Alert type="info" header={texts.invited(pending)} action={<Button href={href("invitations")}>{texts.view}</Button>}>
          {texts.invitedText}
        </Alert>
      )}
    </SpaceBetween>
  );
  if (administrator.data)
    return (
      <Page title={texts.title} help={texts.help}>
        <MemberOf administrator={administrator.data} />
      </Page>
    );
  return (
    <Page title={texts.title} bare help={texts.help}>
      <SpaceBetween size="m">
        {above}
        {may("guardduty:ListMembers") && <MembersTable />}
        {administrator.error !== undefined && <LoadError error={administrator.error} retry={administrator.reload} />}
      </SpaceBetween>
    </Page>
  );
}
