// What an action would do to the accounts that are chosen: said before it is done, and only done to whom it applies.

import type { Member, Status } from "../../api/members.ts";
import { texts } from "../../texts/accounts.ts";

export type Action = "invite" | "add" | "resend" | "suspend" | "resume" | "switchOn" | "switchOff" | "disassociate" | "delete";

const from: Record<Action, Status[]> = {
  invite: ["Created", "Removed", "Resigned"],
  add: [""],
  resend: ["Invited"],
  suspend: ["Enabled"],
  resume: ["Disabled"],
  switchOn: ["Enabled"], // a suspended service refuses it
  switchOff: ["Enabled", "Disabled"],
  disassociate: ["Enabled", "Disabled", "Invited"],
  delete: ["Created", "Invited", "Removed", "Resigned", "Enabled", "Disabled"], // who shares findings is disassociated first
};

// An action's permissions: all are needed, and to delete who shares findings those to disassociate it too.
export const needs: Record<Action, string[]> = {
  invite: ["guardduty:InviteMembers"],
  add: ["guardduty:CreateMembers"],
  resend: ["guardduty:InviteMembers"],
  suspend: ["guardduty:StopMonitoringMembers"],
  resume: ["guardduty:StartMonitoringMembers"],
  switchOn: ["guardduty:UpdateMemberDetectors"],
  switchOff: ["guardduty:UpdateMemberDetectors"],
  disassociate: ["guardduty:DisassociateMembers"],
  delete: ["guardduty:DeleteMembers"],
};

// What an organization's administrator alone can do.
export const ofOrganization: readonly Action[] = ["add", "switchOn", "switchOff"];

export const switched = "S3_DATA_EVENTS"; // the one feature that can be switched and that Picket analyses
const switches = (action: Action) => action === "switchOn" || action === "switchOff";

type May = (action: string) => boolean;

// comesBack says that an account was removed of an organization's members: it is added again, and need not be asked.
export const comesBack = (member: Member) => member.status === "Removed" && member.mode === "organization";

export const shares = (member: Member) => member.status === "Enabled" || member.status === "Disabled";

// decides says that a member switches features itself: it was invited.
const decides = (member: Member) => shares(member) && member.mode !== "organization";

// applies says whether who may do these things can do an action to a member.
export function applies(action: Action, member: Member, may: May): boolean {
  const needed = action === "delete" && shares(member) ? [...needs.delete, ...needs.disassociate] : needs[action];
  const at = comesBack(member) ? "" : member.status;
  const fits = from[action].includes(action === "add" || action === "invite" ? at : member.status);
  return fits && needed.every(may) && !(switches(action) && decides(member));
}

export interface Plan {
  affected: Member[];
  skipped: { member: Member; why: string }[];
  first: Member[]; // who is disassociated before it is deleted
}

// plan chooses, of a region's members, those with these IDs.
export function plan(action: Action, members: Member[], ids: ReadonlySet<string>, may: May): Plan {
  const chosen = members.filter((m) => ids.has(m.accountId));
  const affected = chosen.filter((m) => applies(action, m, may));
  return {
    affected,
    skipped: chosen
      .filter((m) => !applies(action, m, may))
      .map((member) => ({ member, why: switches(action) && decides(member) ? texts.skippedInvited : texts.skipped[member.status] })),
    first: action === "delete" ? affected.filter(shares) : [],
  };
}

// Affected is an account, with the regions in which something is done to it.
export interface Affected {
  member: Member;
  regions: string[];
}

// affectedIn counts an account once, in however many of these regions it is.
export function affectedIn(regions: readonly string[], of: (region: string) => readonly Member[]): Affected[] {
  const all = new Map<string, Affected>();
  for (const region of regions)
    for (const member of of(region)) {
      const before = all.get(member.accountId);
      if (before) before.regions.push(region);
      else all.set(member.accountId, { member, regions: [region] });
    }
  return [...all.values()];
}
