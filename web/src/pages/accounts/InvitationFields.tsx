// What an invitation says, and whether it is mailed.

import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { texts } from "../../texts/accounts.ts";

export interface Invitation {
  message: string;
  mail: boolean;
}

const longest = 5000;
const length = (message: string) => [...message].length;

export const tooLong = ({ message }: Invitation) => length(message) > longest;

export function InvitationFields({ invitation, onChange }: { invitation: Invitation; onChange: (next: Invitation) => void }) {
  return (
    <SpaceBetween size="m">
      <FormField
        label={
          <>
            {texts.message} <i>- {texts.optional}</i>
          </>
        }
        constraintText={texts.messageHint}
        errorText={tooLong(invitation) && texts.messageTooLong(length(invitation.message))}
        stretch
      >
        <Textarea value={invitation.message} rows={4} autoFocus onChange={({ detail }) => onChange({ ...invitation, message: detail.value })} />
      </FormField>
      <Checkbox
        checked={invitation.mail}
        description={texts.sendMailHint}
        onChange={({ detail }) => onChange({ ...invitation, mail: detail.checked })}
      >
        {texts.sendMail}
      </Checkbox>
    </SpaceBetween>
  );
}
