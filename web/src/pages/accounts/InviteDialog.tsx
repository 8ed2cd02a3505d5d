// The dialog that invites: a message to the owners, and off it goes.

import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Textarea from "@cloudscape-design/components/textarea";
import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { inviteMembers, type Member } from "../../api/members.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/accounts.ts";
import { plan } from "./plan.ts";
import { Skipped } from "./Skipped.tsx";
import { tellRefused } from "./tell.ts";

const longest = 5000;

export function InviteDialog({ members, onClose }: { members: Member[]; onClose: (done: boolean) => void }) {
  const region = useRegion();
  const [message, setMessage] = useState("");
  const [mail, setMail] = useState(true);
  const { affected, skipped } = plan("invite", members, new Set(members.map((m) => m.accountId)));
  const length = [...message].length;

  const invite = async () => {
    const ids = affected.map((m) => m.accountId);
    const refused = await inviteMembers(region, ids, message, mail);
    if (ids.length > refused.length) flash.success(texts.done.invite(ids.length - refused.length));
    tellRefused(refused);
    onClose(true);
  };
  return (
    <Confirm
      title={texts.inviteTitle}
      submit={texts.confirm.invite}
      disabled={!affected.length || length > longest}
      act={invite}
      onClose={() => onClose(false)}
    >
      <Box variant="p">{affected.length ? texts.inviteText(affected.length) : texts.nothing}</Box>
      {affected.length > 0 && affected.length <= 5 && (
        <ul>
          {affected.map((m) => (
            <li key={m.accountId}>
              {m.accountId} ({m.email})
            </li>
          ))}
        </ul>
      )}
      <Skipped skipped={skipped} />
      <FormField
        label={
          <>
            {texts.message} <i>- {texts.optional}</i>
          </>
        }
        constraintText={texts.messageHint}
        errorText={length > longest && texts.messageTooLong(length)}
        stretch
      >
        <Textarea value={message} rows={4} autoFocus onChange={({ detail }) => setMessage(detail.value)} />
      </FormField>
      <Checkbox checked={mail} description={texts.sendMailHint} onChange={({ detail }) => setMail(detail.checked)}>
        {texts.sendMail}
      </Checkbox>
    </Confirm>
  );
}
