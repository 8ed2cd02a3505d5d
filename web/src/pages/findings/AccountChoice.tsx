// Whose findings: all, or of some accounts, where there are members or findings of several accounts.

import Multiselect from "@cloudscape-design/components/multiselect";
import { useState } from "react";
import type { Group } from "../../api/findings.ts";
import { useMembers } from "../../api/members.ts";
import { useMay } from "../../api/permissions.ts";
import { useSession } from "../../api/session.ts";
import { texts } from "../../texts/findings.ts";
import type { Shown } from "./address.ts";
import { choose } from "./criteria.ts";

interface Props {
  shown: Shown;
  show: (change: Partial<Shown>) => void;
  accounts: readonly Group[];
}

export function AccountChoice({ shown, show, accounts }: Props) {
  const chosen = shown.criterion.accountId?.equals ?? [];
  const { account } = useSession();
  const members = useMembers(undefined, !useMay()("guardduty:ListMembers")).data ?? [];
  const [several, setSeveral] = useState(false); // once there were several accounts, they can be chosen from
  if (!several && (members.length || accounts.length > 1 || chosen.length)) setSeveral(true);
  if (!several) return null;

  const names = new Map([[account.accountId, account.name], ...members.map((m): [string, string] => [m.accountId, m.name ?? m.email])]);
  const option = (id: string, count?: number) => {
    const about = [names.get(id), count && texts.filter.accountCount(count)];
    return { value: id, label: id, description: about.filter(Boolean).join(" · ") };
  };
  const known = accounts.map(({ key, count }) => option(key, count));
  const options = [...known, ...chosen.filter((id) => !accounts.some((a) => a.key === id)).map((id) => option(id))];
  return (
    <Multiselect
      ariaLabel={texts.filter.account}
      placeholder={texts.filter.accounts}
      inlineTokens
      filteringType={options.length > 10 ? "auto" : "none"}
      options={options}
      selectedOptions={options.filter((o) => chosen.includes(o.value))}
      onChange={({ detail }) => show({ criterion: choose(shown.criterion, "accountId", detail.selectedOptions.flatMap((o) => o.value ?? [])) })}
      empty={texts.empty}
      expandToViewport
    />
  );
}
