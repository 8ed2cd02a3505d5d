// Who invites, with their notes and what can be answered.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import Toggle from "@cloudscape-design/components/toggle";
import type { ReactNode } from "react";
import { flash } from "../../api/flash.ts";
import { deleteInvitation, type Invitation, useInvitations } from "../../api/invitations.ts";
import { useOrganization } from "../../api/organization.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/invitations.ts";
import { texts as accounts } from "../../texts/accounts.ts";

interface Props {
  invitations: Invitation[] | undefined;
  loading: boolean;
  chosen: string | undefined; // whose invitation is marked
  accepts: boolean; // the account could be somebody's member
  canAccept: boolean;
  onToggle: (invitation: Invitation, on: boolean) => void;
  onDecline: (inviter: string) => void;
  accept: ReactNode;
  empty: ReactNode;
}

const accepted = (i: Invitation) => i.status === "Enabled" || i.status === "Disabled";

export function InvitationsTable(props: Props) {
  const { invitations, loading, chosen, canAccept, onToggle } = props;
  const may = useMay();
  const { managed } = useOrganization();
  const mayLeave = !managed && may("guardduty:DisassociateFromAdministratorAccount");
  const all: TableProps.ColumnDefinition<Invitation>[] = [
    {
      id: "inviter",
      header: texts.inviter,
      isRowHeader: true,
      minWidth: 150,
      cell: (i) => (
        <>
          <div>{i.accountId}</div>
          {i.name && <Box color="text-body-secondary">{i.name}</Box>}
        </>
      ),
    },
    {
      id: "accept",
      header: texts.accept,
      minWidth: 90,
      cell: (i) => (
        <Toggle
          checked={accepted(i) || chosen === i.accountId}
          disabled={accepted(i) ? !mayLeave : !canAccept || i.status === "Removed"}
          ariaLabel={texts.acceptOf(i.accountId)}
          onChange={({ detail }) => onToggle(i, detail.checked)}
        />
      ),
    },
    { id: "message", header: texts.message, minWidth: 200, cell: (i) => (i.message ? <span className="written">{i.message}</span> : texts.noMessage) },
    { id: "invited", header: texts.invited, minWidth: 150, cell: (i) => <Time at={i.invitedAt} /> },
    { id: "status", header: texts.status, minWidth: 150, cell: (i) => <span title={accounts.apiStatus(i.status)}>{texts.statuses[i.status] || i.status}</span> },
    {
      id: "action",
      header: texts.action,
      minWidth: 110,
      cell: (i) =>
        i.status === "Invited"
          ? may("guardduty:DeclineInvitations") && <Decline inviter={i.accountId} onDecline={props.onDecline} />
          : !accepted(i) && may("guardduty:DeleteInvitations") && <Delete inviter={i.accountId} />,
    },
  ];
  const columns = useFolded(
    all.filter((c) => props.accepts || c.id !== "accept"),
    (c) => c.id === "accept",
  );
  return (
    <Table
      items={invitations ?? []}
      columnDefinitions={columns}
      trackBy="accountId"
      loading={loading && !invitations}
      loadingText={texts.loading}
      wrapLines
      ariaLabels={{ tableLabel: texts.title }}
      header={
        <Header variant="h2" counter={invitations && `(${invitations.length})`} actions={props.accept} description={invitations?.some((i) => i.message) && texts.notes}>
          {texts.title}
        </Header>
      }
      empty={<Empty title={texts.empty} hint={texts.emptyHint} action={props.empty} />}
    />
  );
}

function Decline({ inviter, onDecline }: { inviter: string; onDecline: (inviter: string) => void }) {
  return (
    <Button variant="inline-link" ariaLabel={texts.declineOf(inviter)} onClick={() => onDecline(inviter)}>
      {texts.decline}
    </Button>
  );
}

function Delete({ inviter }: { inviter: string }) {
  const region = useRegion();
  const { reload } = useInvitations();
  const remove = async () => {
    try {
      await deleteInvitation(region, inviter);
      flash.success(texts.deleted(inviter));
    } catch (error) {
      flash.error(error);
    }
    void reload();
  };
  return (
    <Button variant="inline-link" ariaLabel={texts.deleteOf(inviter)} onClick={() => void remove()}>
      {texts.delete}
    </Button>
  );
}
