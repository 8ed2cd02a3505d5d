// Accounts, by what this account is: a member sees its administrator, who looks after others or might sees the table.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useInvitationsCount, useAdministrator } from "../../api/invitations.ts";
import { useMembers } from "../../api/members.ts";
import { usePermissions } from "../../api/permissions.ts";
import { Page } from "../../app/Page.tsx";
import { useHref, useRegion } from "../../app/router.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts } from "../../texts/accounts.ts";
import { MemberOf } from "./MemberOf.tsx";
import { MembersTable } from "./MembersTable.tsx";

export default function Accounts() {
  const { may, known, failed } = usePermissions();
  const region = useRegion();
  const href = useHref();
  const administrator = useAdministrator();
  const lists = may("guardduty:ListMembers");
  const members = useMembers(region, !lists); // read by the time that it is known who looks after whom
  const pending = useInvitationsCount(region);

  const { data, error } = administrator;
  if (data || (data === undefined && (!known || failed || may("guardduty:GetAdministratorAccount"))))
    return (
      <Page title={texts.title} help={texts.help}>
        {data ? (
          <MemberOf administrator={data} />
        ) : error ? (
          <LoadError error={error} retry={administrator.reload} />
        ) : (
          <StatusIndicator type="loading">{texts.loading}</StatusIndicator>
        )}
      </Page>
    );
  return (
    <Page title={texts.title} bare={lists} help={texts.help}>
      <SpaceBetween size="m">
        <ServiceOff />
        {pending > 0 && (
          <Alert type="info" header={texts.invited(pending)} action={<Button href={href("invitations")}>{texts.view}</Button>}>
            {texts.invitedText(pending)}
          </Alert>
        )}
        {lists ? <MembersTable /> : <Box>{texts.mayNotList}</Box>}
        {error !== undefined && !members.error && <LoadError error={error} retry={administrator.reload} />}
      </SpaceBetween>
    </Page>
  );
}
