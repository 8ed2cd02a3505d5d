// Offers an organization's administrator to add the accounts that are no members, all at once.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useState } from "react";
import type { Member } from "../../api/members.ts";
import { texts } from "../../texts/accounts.ts";

export function NotMembers({ members, onAdd }: { members: Member[]; onAdd: (those: Member[]) => void }) {
  const [dismissed, setDismissed] = useState(false);
  const those = members.filter((m) => !m.status);
  if (dismissed || !those.length) return null;
  return (
    <Alert
      type="info"
      header={texts.notMembers(those.length)}
      action={<Button onClick={() => onAdd(those)}>{texts.enableAll}</Button>}
      dismissible
      onDismiss={() => setDismissed(true)}
    >
      {texts.notMembersText(those.length)}
    </Alert>
  );
}
