// The members of an administrator, of a region: what the API says and what it lacks, such as names, mails and history.

import {
  CreateMembersCommand,
  DeleteMembersCommand,
  DisassociateMembersCommand,
  GetMemberDetectorsCommand,
  InviteMembersCommand,
  type MemberFeaturesConfigurationResult,
  type OrgFeature,
  StartMonitoringMembersCommand,
  StopMonitoringMembersCommand,
  type UnprocessedAccount,
  UpdateMemberDetectorsCommand,
} from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { inBatches, type Refusal } from "./batches.ts";
import { call, everyPage } from "./call.ts";
import { detectorOf, guardduty, useDetector } from "./guardduty.ts";
import { useLoad } from "./load.ts";
import { askEach } from "./regions.ts";

// Status is empty for an account of the organization that is no member.
export type Status = "" | "Created" | "Invited" | "Enabled" | "Disabled" | "Removed" | "Resigned";

export interface Mail {
  state: "" | "queued" | "sent" | "written" | "failed";
  at?: number;
  detail?: string;
}

export interface Change {
  status: Status;
  at: number;
  by: string; // an ARN
  reason: string;
}

export interface Member {
  accountId: string;
  name?: string;
  email: string;
  status: Status;
  mode: "autonomous" | "organization";
  detectorId?: string;
  updatedAt: number;
  invitation?: { id: string; sentAt: number; message?: string; mail: Mail };
  history: Change[] | null; // the oldest first
  lastFindingAt?: number;
  s3?: boolean; // whether its S3 data events are analysed, where that was read
}

const at = (region: string, path: string) => `regions/${region}/members${path}`;

const readPages = (path: string) =>
  everyPage(async (after) => {
    const page = await call<{ members: Member[]; next?: string }>("GET", `${path}?after=${after}`);
    return { items: page.members, next: page.next };
  });

export const readMembers = (region: string) => readPages(at(region, ""));

// readNotMembers reads the accounts that are no members, of the organization that this account administrates, if it does.
const readNotMembers = (region: string) => readPages(`regions/${region}/organization/accounts`);

export function useMembers(region?: string, off = false) {
  const here = useRegion();
  const where = region ?? here;
  return useLoad("members", () => readMembers(where), { live: ["members"], region: where, off });
}

export function useNotMembers() {
  const region = useRegion();
  return useLoad("not members", () => readNotMembers(region), { live: ["members", "detector"] });
}

// useMembersIn reads the members in each of these regions, useAccountsIn also the organization's accounts that are none; where they
// can't be read, refused says why.
export const useMembersIn = (regions: readonly string[]) => useEach("members", regions, readMembers);

export const useAccountsIn = (regions: readonly string[]) =>
  useEach("accounts", regions, async (r) => (await Promise.all([readMembers(r), readNotMembers(r)])).flat());

function useEach(what: string, regions: readonly string[], of: (region: string) => Promise<Member[]>) {
  const { data, reload } = useLoad(`${what} in ${regions.join(" ")}`, () => askEach(regions, of), { live: ["members"], off: !regions.length });
  return { data: data?.of, refused: data?.refused ?? none, reload };
}

const none: ReadonlyMap<string, unknown> = new Map();

export function useMember(account: string) {
  const region = useRegion();
  const read = () => call<Member>("GET", at(region, `/${encodeURIComponent(account)}`));
  return useLoad(`member ${account}`, read, { live: ["members"] });
}

// resendInvitation mails a pending invitation again; with an address it is the member's from now on, whatever its status.
export const resendInvitation = (region: string, account: string, email?: string) =>
  call<Member>("POST", at(region, `/${encodeURIComponent(account)}/resend`), email ? { email } : {});

export function addMembers(region: string, accounts: { accountId: string; email: string }[]) {
  const emails = new Map(accounts.map((a) => [a.accountId, a.email]));
  return toEach(region, [...emails.keys()], (DetectorId, some) =>
    guardduty(region).send(
      new CreateMembersCommand({ DetectorId, AccountDetails: some.map((AccountId) => ({ AccountId, Email: emails.get(AccountId) })) }),
    ),
  );
}

export const inviteMembers = (region: string, ids: string[], message: string, mail: boolean) =>
  toEach(region, ids, (DetectorId, AccountIds) =>
    guardduty(region).send(
      new InviteMembersCommand({ DetectorId, AccountIds, Message: message || undefined, DisableEmailNotification: !mail }),
    ),
  );

const commands = {
  suspend: StopMonitoringMembersCommand,
  resume: StartMonitoringMembersCommand,
  disassociate: DisassociateMembersCommand,
  delete: DeleteMembersCommand,
};

export const changeMembers = (region: string, what: keyof typeof commands, ids: string[]) =>
  toEach(region, ids, (DetectorId, AccountIds) => guardduty(region).send(new commands[what]({ DetectorId, AccountIds })));

// useFeatures reads which features members that share findings have on, by account.
export function useFeatures(accounts: readonly string[], off = false) {
  const region = useRegion();
  const { data: DetectorId } = useDetector();
  const read = async () => {
    const all = new Map<string, MemberFeaturesConfigurationResult[]>();
    for (let i = 0; i < accounts.length; i += 50) {
      const answer = await guardduty(region).send(new GetMemberDetectorsCommand({ DetectorId: DetectorId ?? "", AccountIds: accounts.slice(i, i + 50) }));
      for (const { AccountId, Features } of answer.MemberDataSourceConfigurations ?? []) all.set(AccountId ?? "", Features ?? []);
    }
    return all;
  };
  return useLoad(`member features ${accounts.join(" ")}`, read, { live: ["members"], off: off || !DetectorId || !accounts.length });
}

// switchFeatures switches a feature of members by organization.
export function switchFeatures(region: string, accounts: string[], name: string, on: boolean) {
  const Features = [{ Name: name as OrgFeature, Status: on ? ("ENABLED" as const) : ("DISABLED" as const) }];
  return toEach(region, accounts, (DetectorId, AccountIds) =>
    guardduty(region).send(new UpdateMemberDetectorsCommand({ DetectorId, AccountIds, Features })),
  );
}

// switchFeature switches it of one; what refuses that is thrown.
export async function switchFeature(region: string, account: string, name: string, on: boolean) {
  const [refused] = await switchFeatures(region, [account], name, on);
  if (refused) throw new Error(refused.reason);
}

type Answer = Promise<{ UnprocessedAccounts?: UnprocessedAccount[] }>;

async function toEach(region: string, ids: string[], send: (detector: string, some: string[]) => Answer): Promise<Refusal[]> {
  const detector = await detectorOf(region);
  if (!detector) throw new Error(`GuardDuty is off in ${region}. Enable it there first.`);
  return inBatches(ids, async (some) => {
    const { UnprocessedAccounts } = await send(detector, some);
    return (UnprocessedAccounts ?? []).map((u) => ({ accountId: u.AccountId ?? "", reason: u.Result ?? "" }));
  });
}
