// A member's own view: who its administrator is, and how to leave it.

import type { Administrator } from "@aws-sdk/client-guardduty";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { useDetector } from "../../api/guardduty.ts";
import { leaveAdministrator, useAdministrator, useInvitations } from "../../api/invitations.ts";
import type { Status } from "../../api/members.ts";
import { useOrganization } from "../../api/organization.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { Time } from "../../components/Time.tsx";
import { useNamed } from "../../components/named.ts";
import { texts } from "../../texts/accounts.ts";
import { StatusText } from "./StatusText.tsx";

export function MemberOf({ administrator }: { administrator: Administrator }) {
  const id = administrator.AccountId ?? "";
  const may = useMay();
  const { managed } = useOrganization();
  const name = useNamed()(id);
  const [leaving, setLeaving] = useState(false);

  const leave = !managed && may("guardduty:DisassociateFromAdministratorAccount") && (
    <Button onClick={() => setLeaving(true)} ariaLabel={texts.leaveLabel(id)}>
      {texts.leave}
    </Button>
  );
  return (
    <Container
      header={
        <Header variant="h2" actions={leave}>
          {texts.memberOf}
        </Header>
      }
    >
      <Box variant="p" margin={{ bottom: "m" }}>
        {texts.memberText(name)} {managed && texts.managed}
      </Box>
      <KeyValuePairs
        columns={3}
        minColumnWidth={200}
        items={[
          { label: texts.administrator, value: name },
          { label: texts.relation, value: <StatusText status={administrator.RelationshipStatus as Status} /> },
          { label: texts.since, value: <Time at={administrator.InvitedAt ? new Date(administrator.InvitedAt) : undefined} zone /> },
        ]}
      />
      {leaving && <LeaveDialog onClose={() => setLeaving(false)} />}
    </Container>
  );
}

export function LeaveDialog({ onClose }: { onClose: () => void }) {
  const region = useRegion();
  const { data: detector } = useDetector();
  const administrator = useAdministrator();
  const invitations = useInvitations();
  const nameOf = useNamed();
  const leave = async () => {
    await leaveAdministrator(region, detector ?? "");
    flash.success(texts.left(region));
    void administrator.reload();
    void invitations.reload();
  };
  return (
    <Confirm title={texts.leaveTitle(nameOf(administrator.data?.AccountId ?? ""))} submit={texts.leave} act={leave} onClose={onClose}>
      {texts.leaveText(region)}
    </Confirm>
  );
}
