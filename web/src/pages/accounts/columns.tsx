// The columns of the table of members, and the same for the CSV file.

import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";
import type { TableProps } from "@cloudscape-design/components/table";
import type { Member } from "../../api/members.ts";
import { Parts } from "../../components/Parts.tsx";
import { sentence } from "../../components/sentence.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { localTimes } from "../../components/WithTimes.tsx";
import { texts } from "../../texts/accounts.ts";
import { comesBack } from "./plan.ts";
import { MailText, StatusText } from "./StatusText.tsx";
import { lastChange, mailLabel, mailOf, whyStatus } from "./words.ts";

const names = texts.columns;

interface Context {
  href: (path: string) => string;
  invite: ((m: Member) => void) | undefined; // undefined where it may not be done
  add: ((m: Member) => void) | undefined;
}

const statusLabel = (m: Member) => texts.statuses[m.status] ?? m.status;
const s3Label = (m: Member) => (m.s3 === undefined ? "" : m.s3 ? texts.on : texts.off);
const inviteAt = (m: Member) => m.invitation?.sentAt || undefined;
const byText = (of: (m: Member) => string) => (a: Member, b: Member) => of(a).localeCompare(of(b));
const byNumber = (of: (m: Member) => number | undefined) => (a: Member, b: Member) => (of(a) ?? 0) - (of(b) ?? 0);

// What is shown first fits 1280 px; of more, those whose texts are long have a share.
const width = (px: number) => ({ width: px, minWidth: Math.min(px, 150) });

export function columns({ href, invite, add }: Context): TableProps.ColumnDefinition<Member>[] {
  const spare = Math.max(0, Math.floor((innerWidth - 1280) / 4));
  return [
    {
      id: "accountId",
      header: names.accountId,
      cell: (m) => (m.status ? <Link href={href(`accounts/${m.accountId}`)}>{m.accountId}</Link> : m.accountId),
      sortingField: "accountId",
      isRowHeader: true,
      ...width(136), // 12 digits in a line
    },
    { id: "name", header: names.name, cell: (m) => m.name || "-", sortingComparator: byText((m) => m.name ?? ""), ...width(106 + spare) },
    { id: "email", header: names.email, cell: (m) => <Parts of={m.email} />, sortingField: "email", ...width(128 + spare) },
    { id: "type", header: names.type, cell: (m) => texts.types[m.mode] ?? m.mode, sortingField: "mode", ...width(132) },
    {
      id: "status",
      header: names.status,
      cell: (m) => <StatusCell member={m} invite={invite} add={add} />,
      sortingComparator: byText(statusLabel),
      ...width(140 + spare),
    },
    { id: "lastFinding", header: names.lastFinding, cell: (m) => (m.lastFindingAt ? <Time at={m.lastFindingAt} /> : "-"), sortingComparator: byNumber((m) => m.lastFindingAt), ...width(130) },
    { id: "updated", header: names.updated, cell: (m) => <Time at={m.updatedAt} />, sortingField: "updatedAt", ...width(130) },
    { id: "mail", header: names.mail, cell: (m) => <MailText mail={mailOf(m)} />, sortingComparator: byText(mailLabel), ...width(150) },
    { id: "invited", header: names.invited, cell: (m) => (inviteAt(m) ? <Time at={inviteAt(m)} /> : "-"), sortingComparator: byNumber(inviteAt), ...width(136) },
    { id: "detector", header: names.detector, cell: (m) => m.detectorId || "-", sortingComparator: byText((m) => m.detectorId ?? ""), ...width(190) },
    {
      id: "s3",
      header: names.s3,
      cell: (m) => (m.s3 === undefined ? "-" : <StatusIndicator type={m.s3 ? "success" : "stopped"}>{s3Label(m)}</StatusIndicator>),
      sortingComparator: byText(s3Label),
      ...width(136),
    },
  ];
}

// The columns, in their order.
export const columnIds = ["accountId", "name", "email", "type", "status", "lastFinding", "updated", "mail", "invited", "detector", "s3"] as const;

// statusFirst has the status where it is seen among what is folded.
export const statusFirst = (all: TableProps.ColumnDefinition<Member>[]) => [...all.filter((c) => c.id === "status"), ...all.filter((c) => c.id !== "status")];

export const shownFirst = columnIds.slice(0, 7);

function StatusCell({ member, invite, add }: { member: Member } & Omit<Context, "href">) {
  return (
    <>
      {member.status && !comesBack(member) ? <StatusOrInvite member={member} invite={invite} /> : <StatusAndAdd member={member} add={add} />}
      {member.status === "Invited" && member.invitation?.mail.state === "failed" && (
        <div title={localTimes(member.invitation.mail.detail ?? "")}>
          <StatusIndicator type="error">{texts.mailFailed}</StatusIndicator>
        </div>
      )}
      <Box color="text-body-secondary" fontSize="body-s">
        {sentence(whyStatus(member))}
      </Box>
    </>
  );
}

// Who was added has the link that invites instead of a status; who is gone has both.
function StatusOrInvite({ member, invite }: { member: Member; invite: Context["invite"] }) {
  const gone = member.status === "Removed" || member.status === "Resigned";
  const link = invite && (gone || member.status === "Created") && (
    <span title={texts.apiStatus(member.status)}>
      <ActLink label={(gone ? texts.inviteAgainOf : texts.inviteOf)(member.accountId)} act={() => invite(member)}>
        {gone ? texts.inviteAgain : texts.invite}
      </ActLink>
    </span>
  );
  if (!link) return <StatusText status={member.status} />;
  if (!gone) return link;
  return (
    <>
      <StatusText status={member.status} /> {link}
    </>
  );
}

function StatusAndAdd({ member, add }: { member: Member; add: Context["add"] }) {
  return (
    <>
      <StatusText status={member.status} />{" "}
      {add && (
        <ActLink label={texts.addOf(member.accountId)} act={() => add(member)}>
          {texts.action.add}
        </ActLink>
      )}
    </>
  );
}

function ActLink({ label, act, children }: { label: string; act: () => void; children: string }) {
  return (
    <Link
      href="#"
      ariaLabel={label}
      onFollow={(event) => {
        event.preventDefault();
        act();
      }}
    >
      {children}
    </Link>
  );
}

// csvRows are the members as the file has them: all columns, times in UTC, the API's status; features where the table shows them.
export function csvRows(members: readonly Member[]): string[][] {
  const time = (at: number | undefined) => (at ? new Date(at).toISOString() : "");
  const header = [names.accountId, names.name, names.email, names.type, names.status, texts.apiStatus("").replace(/:.*/, ""), names.mail, names.reason, names.invited, names.lastFinding, names.updated, names.detector, names.s3];
  const row = (m: Member) => [
    m.accountId,
    m.name ?? "",
    m.email,
    texts.types[m.mode] ?? m.mode,
    statusLabel(m),
    m.status,
    mailLabel(m),
    lastChange(m),
    time(inviteAt(m)),
    time(m.lastFindingAt),
    time(m.updatedAt),
    m.detectorId ?? "",
    s3Label(m),
  ];
  return [header, ...members.map(row)];
}
