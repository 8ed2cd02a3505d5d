// The dialog of what is done to members: where, to how many, and what that means; then it is done, a Region after another.

import Alert from "@cloudscape-design/components/alert";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TextContent from "@cloudscape-design/components/text-content";
import { useState } from "react";
import type { Refusal } from "../../api/batches.ts";
import { flash } from "../../api/flash.ts";
import { useLoad } from "../../api/load.ts";
import { changeMembers, inviteMembers, type Member, readMembers, resendInvitation } from "../../api/members.ts";
import { useSession } from "../../api/session.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/accounts.ts";
import { type Invitation, InvitationFields, tooLong } from "./InvitationFields.tsx";
import { type Action, plan, type Plan } from "./plan.ts";
import { Skipped } from "./Skipped.tsx";
import { tellRefused } from "./tell.ts";

interface Props {
  action: Action;
  members: Member[];
  onClose: (done: boolean) => void;
}

const few = 6; // are named

export function ActionDialog({ action, members, onClose }: Props) {
  const [invitation, setInvitation] = useState<Invitation>({ message: "", mail: true });
  const here = useRegion();
  const { regions } = useSession();
  const [chosen, setChosen] = useState<string[]>([here]);
  const plans = usePlans(action, members);
  const total = chosen.reduce((n, region) => n + (plans.get(region)?.affected.length ?? 0), 0);
  const first = chosen.reduce((n, region) => n + (plans.get(region)?.first.length ?? 0), 0);

  const act = async () => {
    let done = 0;
    for (const region of chosen) {
      const planned = plans.get(region);
      if (!planned?.affected.length) continue;
      const refused = await carryOut(action, region, planned, invitation);
      done += planned.affected.length - refused.length;
      tellRefused(refused, region);
    }
    if (done) flash.success(texts.done[action](done));
    onClose(true);
  };
  const toggle = (region: string, on: boolean) => setChosen(regions.filter((r) => (r === region ? on : chosen.includes(r))));
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
          {total ? texts.affected(total) : texts.nothing} {total > 0 && texts.consequence[action]}
        </p>
        {total > 0 && total <= few && (
          <ul>
            {chosen.flatMap((region) =>
              (plans.get(region)?.affected ?? []).map((m) => (
                <li key={region + m.accountId}>
                  {m.accountId} ({m.name || m.email}){chosen.length > 1 && `, ${region}`}
                </li>
              )),
            )}
          </ul>
        )}
      </TextContent>
      {action === "invite" && <InvitationFields invitation={invitation} onChange={setInvitation} />}
      {first > 0 && <Alert type="warning">{texts.firstDisassociated(first)}</Alert>}
      {regions.length > 1 && (
        <FormField label={texts.regions} description={texts.regionsHint}>
          <SpaceBetween size="xs">
            {regions.map((region) => (
              <Checkbox
                key={region}
                checked={chosen.includes(region)}
                disabled={!plans.has(region)}
                onChange={({ detail }) => toggle(region, detail.checked)}
              >
                {texts.affects(plans.get(region)?.affected.length ?? 0, region)}
              </Checkbox>
            ))}
          </SpaceBetween>
        </FormField>
      )}
      {chosen.map((region) => (
        <Skipped key={region} region={regions.length > 1 ? region : undefined} skipped={plans.get(region)?.skipped ?? []} />
      ))}
    </Confirm>
  );
}

// usePlans plans the action in this region at once, and in the others as soon as their members are read.
function usePlans(action: Action, members: Member[]): Map<string, Plan> {
  const here = useRegion();
  const { regions } = useSession();
  const others = regions.filter((r) => r !== here);
  const ids = new Set(members.map((m) => m.accountId));
  const { data } = useLoad("members elsewhere", async () => new Map(await Promise.all(others.map(async (r) => [r, await readMembers(r)] as const))), {
    off: !others.length,
  });
  const plans = new Map([[here, plan(action, members, ids)]]);
  for (const [region, there] of data ?? []) plans.set(region, plan(action, there, ids));
  return plans;
}

async function carryOut(action: Action, region: string, { affected, first }: Plan, invitation: Invitation): Promise<Refusal[]> {
  const ids = affected.map((m) => m.accountId);
  if (action === "invite") return inviteMembers(region, ids, invitation.message, invitation.mail);
  if (action === "resend") return resendAll(region, ids);
  if (!first.length) return changeMembers(region, action, ids);
  const kept = await changeMembers(region, "disassociate", first.map((m) => m.accountId));
  const still = new Set(kept.map((r) => r.accountId));
  return [...kept, ...(await changeMembers(region, action, ids.filter((id) => !still.has(id))))];
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
