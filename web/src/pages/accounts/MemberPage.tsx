// One member: what is known of it, how its invitation went, and its history.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { CallError } from "../../api/call.ts";
import { type Change, type Member, resendInvitation, useMember, useMembersIn } from "../../api/members.ts";
import { useMay } from "../../api/permissions.ts";
import { useSession } from "../../api/session.ts";
import { Page } from "../../app/Page.tsx";
import type { PageProps } from "../../app/routes.ts";
import { navigate, useHref, useRegion, useShown } from "../../app/router.ts";
import { named } from "../../components/accountIds.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { Parts } from "../../components/Parts.tsx";
import { sentence } from "../../components/sentence.ts";
import { Time } from "../../components/Time.tsx";
import { WithTimes } from "../../components/WithTimes.tsx";
import { texts } from "../../texts/accounts.ts";
import { texts as shell } from "../../texts/shell.ts";
import { pageOf } from "../summary/scope.ts";
import { ActionDialog } from "./ActionDialog.tsx";
import { useLastFindings } from "./lastFindings.ts";
import { inEach } from "./outcome.ts";
import { type Action, applies, shares } from "./plan.ts";
import { Plans } from "./Plans.tsx";
import { RegionChoice, whyNot } from "./RegionChoice.tsx";
import { checkEmail } from "./staging.ts";
import { MailText, StatusText } from "./StatusText.tsx";
import { tell } from "./tell.ts";
import { doer, mailOf, statusMade } from "./words.ts";

const actions: Action[] = ["invite", "add", "resend", "suspend", "resume", "disassociate", "delete"];

export default function MemberPage({ params }: PageProps) {
  const id = params.account ?? "";
  const may = useMay();
  const href = useHref();
  const shown = useShown();
  const { data: member, error, reload } = useMember(id);
  const [dialog, setDialog] = useState<Action | "email">();

  const gone = error instanceof CallError && (error.status === 404 || error.status === 400); // the API calls an unknown account bad input
  if (!member || gone)
    return (
      <Page title={id}>
        {gone && <Empty title={texts.noMember} action={<Button href={href("accounts")}>{texts.title}</Button>} />}
        {!gone && error !== undefined && <LoadError error={error} retry={reload} />}
        {!gone && error === undefined && <Box>{shell.loading}</Box>}
      </Page>
    );
  const choices = actions.filter((a) => applies(a, member, may)).map((a) => ({ id: a, text: texts.action[a] }));
  const close = () => {
    setDialog(undefined);
    void reload();
  };
  return (
    <Page
      title={named(id, member.name)}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          {may("guardduty:InviteMembers") && <Button onClick={() => setDialog("email")}>{texts.fixEmail}</Button>}
          {choices.length > 0 && (
            <ButtonDropdown items={choices} onItemClick={({ detail }) => setDialog(detail.id as Action)}>
              {texts.actions}
            </ButtonDropdown>
          )}
        </SpaceBetween>
      }
    >
      <SpaceBetween size="l">
        <Details member={member} />
        <InvitationOf member={member} />
        {shares(member) && may("guardduty:GetMemberDetectors") && <Plans member={member} />}
        <History member={member} />
      </SpaceBetween>
      {dialog === "email" && <EmailDialog member={member} onClose={close} />}
      {dialog && dialog !== "email" && <ActionDialog action={dialog} members={[member]} onClose={close} onDeleted={() => shown() && navigate(href("accounts"))} />}
    </Page>
  );
}

function Details({ member }: { member: Member }) {
  const names = texts.columns;
  const href = useHref();
  const region = useRegion();
  const may = useMay();
  const lastFinding = useLastFindings()[member.accountId];
  const findings = may("guardduty:ListFindings") && (
    <Button href={pageOf(href, region, { accountId: { equals: [member.accountId] } })}>{texts.viewFindings}</Button>
  );
  return (
    <Container
      header={
        <Header variant="h2" actions={findings}>
          {texts.details}
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        minColumnWidth={200}
        items={[
          { label: names.status, value: <StatusText status={member.status} /> },
          ...(member.status === "Disabled" ? [{ label: texts.suspendedSince, value: <Time at={statusMade(member)?.at} zone /> }] : []),
          { label: names.lastFinding, value: <Time at={lastFinding} zone /> },
          { label: names.email, value: <Parts of={member.email} /> },
          { label: names.type, value: texts.types[member.mode] ?? member.mode },
          { label: names.accountId, value: member.accountId },
          { label: names.detector, value: member.detectorId || "-" },
          { label: names.updated, value: <Time at={member.updatedAt} zone /> },
        ]}
      />
    </Container>
  );
}

function InvitationOf({ member }: { member: Member }) {
  const sent = member.invitation?.id ? member.invitation : undefined;
  const mail = mailOf(member);
  return (
    <Container header={<Header variant="h2">{texts.mailTitle}</Header>}>
      {!sent && <Box color="text-body-secondary">{member.mode !== "organization" ? texts.notInvited : shares(member) ? texts.byOrganization : texts.wasByOrganization}</Box>}
      {sent && (
        <KeyValuePairs
          columns={3}
          minColumnWidth={200}
          items={[
            { label: texts.sentAt, value: <Time at={sent.sentAt} zone /> },
            {
              label: texts.delivery,
              value: (
                <>
                  <MailText mail={mail} />
                  {mail?.detail && (
                    <Box color="text-body-secondary">
                      <WithTimes text={mail.detail} />
                    </Box>
                  )}
                </>
              ),
            },
            { label: texts.message, value: sent.message ? <span className="written">{sent.message}</span> : texts.noMessage },
          ]}
        />
      )}
    </Container>
  );
}

const historyColumns: TableProps.ColumnDefinition<Change>[] = [
  { id: "at", header: texts.when, cell: (c) => <Time at={c.at} />, isRowHeader: true, minWidth: 110 },
  { id: "reason", header: texts.what, cell: (c) => sentence(c.reason) || "-", minWidth: 130 },
  { id: "status", header: texts.columns.status, cell: (c) => <StatusText status={c.status} />, minWidth: 150 },
  { id: "by", header: texts.by, cell: (c) => <span title={c.by}>{doer(c.by) || "-"}</span>, minWidth: 130 },
];

function History({ member }: { member: Member }) {
  const columns = useFolded(historyColumns);
  return (
    <Table
      items={[...(member.history ?? [])].reverse()}
      wrapLines
      columnDefinitions={columns}
      header={
        <Header variant="h2" counter={`(${member.history?.length ?? 0})`}>
          {texts.history}
        </Header>
      }
      empty={<Empty title={texts.historyEmpty} />}
    />
  );
}

function EmailDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const here = useRegion();
  const { regions } = useSession();
  const [email, setEmail] = useState(member.email);
  const [chosen, setChosen] = useState([here]);
  const { data: elsewhere, refused } = useMembersIn(regions.filter((r) => r !== here));
  const id = member.accountId;
  const at = (region: string) => (region === here ? member : elsewhere?.get(region)?.find((m) => m.accountId === id));
  const before = (region: string) => at(region)?.email;
  const changed = chosen.filter((region) => before(region) !== undefined && before(region) !== email);
  const pending = chosen.some((region) => at(region)?.status === "Invited");
  const wrong = email === member.email ? undefined : checkEmail(email);
  const save = async () => {
    let mailed = false;
    const outcomes = await inEach(changed, () => [id], async (region) => {
      const now = await resendInvitation(region, id, email);
      mailed ||= now.status === "Invited";
      return [];
    });
    tell(outcomes, here, (_, where) => texts.emailFixed(email, where, mailed));
  };
  return (
    <Confirm title={texts.fixEmail} submit={texts.saveEmail} disabled={!changed.length || Boolean(wrong)} act={save} onClose={onClose}>
      <FormField label={texts.newEmail} constraintText={pending ? texts.fixEmailHint : texts.fixEmailOnly} errorText={wrong} stretch>
        <Input value={email} type="email" autoFocus onChange={({ detail }) => setEmail(detail.value.trim())} />
      </FormField>
      <RegionChoice
        chosen={chosen}
        onChange={setChosen}
        label={(region) => texts.inRegion(region, before(region) ?? (elsewhere?.has(region) ? texts.notListed : whyNot(refused, region)))}
        disabled={(region) => before(region) === undefined}
      />
    </Confirm>
  );
}
