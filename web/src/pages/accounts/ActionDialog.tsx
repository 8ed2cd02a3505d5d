// The dialog of what is done to members: where, to how many, and what that means; then it is done, a Region after another.

import Alert from "@cloudscape-design/components/alert";
import TextContent from "@cloudscape-design/components/text-content";
import { useState } from "react";
import type { Refusal } from "../../api/batches.ts";
import { describe } from "../../api/errors.ts";
import { addMembers, changeMembers, inviteMembers, type Member, resendInvitation, switchFeatures, useAccountsIn } from "../../api/members.ts";
import { useMay } from "../../api/permissions.ts";
import { useSession } from "../../api/session.ts";
import { useRegion } from "../../app/router.ts";
import { named } from "../../components/accountIds.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/accounts.ts";
import { type Invitation, InvitationFields, tooLong } from "./InvitationFields.tsx";
import { inEach, toName } from "./outcome.ts";
import { type Action, affectedIn, plan, type Plan, switched } from "./plan.ts";
import { RegionChoice, whyNot } from "./RegionChoice.tsx";
import { Skipped } from "./Skipped.tsx";
import { tell } from "./tell.ts";

interface Props {
  action: Action;
  members: Member[];
  onClose: (done: boolean) => void;
  onDeleted?: () => void; // leaves the page, which is of an account that is deleted in its region
}

const few = 6; // are named

export function ActionDialog({ action, members, onClose, onDeleted }: Props) {
  const [invitation, setInvitation] = useState<Invitation>({ message: "", mail: true });
  const here = useRegion();
  const { regions } = useSession();
  const [chosen, setChosen] = useState<string[]>([here]);
  const { plans, refused } = usePlans(action, members);
  const affected = affectedIn(chosen, (region) => plans.get(region)?.affected ?? []);
  const first = affectedIn(chosen, (region) => plans.get(region)?.first ?? []).length;
  const total = affected.length;
  const idle = (region: string) => !plans.get(region)?.affected.length;

  const act = async () => {
    const outcomes = await inEach(
      chosen,
      (region) => plans.get(region)?.affected.map((m) => m.accountId) ?? [],
      (region) => carryOut(action, region, plans.get(region)!, invitation),
    );
    if (action === "delete" && outcomes.some((o) => o.region === here && o.done.length)) onDeleted?.();
    tell(outcomes, here, texts.done[action]);
    onClose(true);
  };
  return (
    <Confirm
      title={action === "invite" ? texts.inviteTitle : texts.action[action]}
      submit={texts.confirm[action]}
      disabled={!total || tooLong(invitation)}
      act={act}
      onClose={() => onClose(false)}
    >
      <TextContent>
        <p>
          {total ? texts.affected(total, new Set(affected.flatMap((a) => a.regions)).size) : texts.nothing}{" "}
          {total > 0 && texts.consequence[action](total, affected.some((a) => a.member.mode === "organization"))}
        </p>
        {total > 0 && total <= few && (
          <ul>
            {affected.map(({ member: m, regions }) => (
              <li key={m.accountId}>{texts.affectedOne(named(m.accountId, m.name || m.email), toName(regions, here))}</li>
            ))}
          </ul>
        )}
      </TextContent>
      {action === "invite" && <InvitationFields invitation={invitation} onChange={setInvitation} />}
      {first > 0 && <Alert type="warning">{texts.firstDisassociated(first)}</Alert>}
      <RegionChoice
        chosen={chosen}
        onChange={setChosen}
        label={(region) => texts.inRegion(region, plans.has(region) ? texts.affects(plans.get(region)?.affected.length ?? 0) : whyNot(refused, region))}
        disabled={(region) => idle(region) && !(plans.has(region) && chosen.includes(region))}
      />
      {chosen.map((region) => (
        <Skipped key={region} region={regions.length > 1 ? region : undefined} skipped={plans.get(region)?.skipped ?? []} />
      ))}
    </Confirm>
  );
}

// usePlans plans the action in this region at once, and in the others as soon as their members are read.
function usePlans(action: Action, members: Member[]): { plans: Map<string, Plan>; refused: ReadonlyMap<string, unknown> } {
  const here = useRegion();
  const may = useMay();
  const { regions } = useSession();
  const others = regions.filter((r) => r !== here);
  const ids = new Set(members.map((m) => m.accountId));
  const { data, refused } = useAccountsIn(others);
  const plans = new Map([[here, plan(action, members, ids, may)]]);
  for (const [region, there] of data ?? []) plans.set(region, plan(action, there, ids, may));
  return { plans, refused };
}

async function carryOut(action: Action, region: string, { affected, first }: Plan, invitation: Invitation): Promise<Refusal[]> {
  const ids = affected.map((m) => m.accountId);
  if (action === "invite") return inviteMembers(region, ids, invitation.message, invitation.mail);
  if (action === "add") return addMembers(region, affected);
  if (action === "resend") return resendAll(region, ids);
  if (action === "switchOn" || action === "switchOff") return switchFeatures(region, ids, switched, action === "switchOn");
  if (!first.length) return changeMembers(region, action, ids);
  const kept = await changeMembers(region, "disassociate", first.map((m) => m.accountId));
  const still = new Set(kept.map((r) => r.accountId));
  const rest = ids.filter((id) => !still.has(id));
  const refused = await changeMembers(region, action, rest).catch((error: unknown) => rest.map((accountId) => ({ accountId, reason: describe(error).text })));
  const halfway = new Set(first.map((m) => m.accountId));
  return [...kept, ...refused.map((r) => (halfway.has(r.accountId) ? { ...r, reason: texts.onlyDisassociated(r.reason) } : r))];
}

async function resendAll(region: string, ids: string[]): Promise<Refusal[]> {
  const refused: Refusal[] = [];
  for (const accountId of ids) {
    try {
      await resendInvitation(region, accountId);
    } catch (error) {
      refused.push({ accountId, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return refused;
}
