// Invitations to this account, of a region, and the administrator that it accepted.

import {
  type Administrator,
  AcceptAdministratorInvitationCommand,
  DeclineInvitationsCommand,
  DeleteInvitationsCommand,
  DisassociateFromAdministratorAccountCommand,
  GetAdministratorAccountCommand,
  GetInvitationsCountCommand,
  type UnprocessedAccount,
} from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { call } from "./call.ts";
import { guardduty, useDetector } from "./guardduty.ts";
import { useLoad } from "./load.ts";
import type { Status } from "./members.ts";
import { useMay, usePermissions } from "./permissions.ts";

export interface Invitation {
  accountId: string; // who invites
  name: string;
  invitationId: string;
  invitedAt: number;
  message?: string;
  status: Exclude<Status, "">;
}

// useInvitations says too whether this account looks after others: it can accept no invitation, then.
export function useInvitations(off = false) {
  const region = useRegion();
  const read = () => call<{ invitations: Invitation[]; administers: boolean }>("GET", `regions/${region}/invitations`);
  const loaded = useLoad("invitations", read, { live: ["invitations", "members"], off });
  return { ...loaded, data: loaded.data?.invitations, administers: loaded.data?.administers ?? false };
}

// useTrustedInviters are the accounts whose invitations are accepted as they come, in every region.
export function useTrustedInviters() {
  const off = !useMay()("guardduty:ListInvitations");
  return useLoad("trusted inviters", () => call<string[]>("GET", "trusted-inviters"), { off });
}

export const trustInviters = (accounts: string[]) => call<void>("PUT", "trusted-inviters", { accounts });

// useInvitationsCount is how many wait for an answer.
export function useInvitationsCount(region: string): number {
  const allowed = useMay()("guardduty:GetInvitationsCount");
  const count = () => guardduty(region).send(new GetInvitationsCountCommand({}));
  return useLoad("invitations/count", count, { region, live: ["invitations"], off: !allowed }).data?.InvitationsCount ?? 0;
}

// useAdministrator is who looks after this account's findings; null where nobody does. Who may not ask isn't told.
export function useAdministrator() {
  const region = useRegion();
  const { may, failed } = usePermissions();
  const detector = useDetector();
  const id = detector.data;
  const read = async (): Promise<Administrator | null> => {
    const { Administrator } = await guardduty(region).send(new GetAdministratorAccountCommand({ DetectorId: id ?? "" }));
    return Administrator?.AccountId ? Administrator : null;
  };
  const off = !id || !(failed || may("guardduty:GetAdministratorAccount"));
  const loaded = useLoad(`administrator ${id}`, read, { live: ["invitations", "members", "detector"], off });
  if (id === null) return { ...loaded, data: null };
  return { ...loaded, error: detector.error ?? loaded.error, loading: !id || loaded.loading, reload: id ? loaded.reload : detector.reload };
}

export const acceptInvitation = (region: string, DetectorId: string, from: Invitation) =>
  guardduty(region).send(
    new AcceptAdministratorInvitationCommand({ DetectorId, AdministratorId: from.accountId, InvitationId: from.invitationId }),
  );

export const leaveAdministrator = (region: string, DetectorId: string) =>
  guardduty(region).send(new DisassociateFromAdministratorAccountCommand({ DetectorId }));

export const declineInvitation = async (region: string, inviter: string) =>
  processed(await guardduty(region).send(new DeclineInvitationsCommand({ AccountIds: [inviter] })));

export const deleteInvitation = async (region: string, inviter: string) =>
  processed(await guardduty(region).send(new DeleteInvitationsCommand({ AccountIds: [inviter] })));

function processed({ UnprocessedAccounts }: { UnprocessedAccounts?: UnprocessedAccount[] }) {
  const refused = UnprocessedAccounts?.[0];
  if (refused) throw new Error(refused.Result);
}
