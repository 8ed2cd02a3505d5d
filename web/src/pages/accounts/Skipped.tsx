// The accounts that an action leaves as they are, and why.

import ExpandableSection from "@cloudscape-design/components/expandable-section";
import { texts } from "../../texts/accounts.ts";
import type { Plan } from "./plan.ts";

const most = 50;

export function Skipped({ skipped, region }: { skipped: Plan["skipped"]; region?: string }) {
  if (!skipped.length) return null;
  return (
    <ExpandableSection headerText={(region ? `${region}: ` : "") + texts.skip(skipped.length)}>
      <ul>
        {skipped.slice(0, most).map(({ member, why }) => (
          <li key={member.accountId}>
            {member.accountId} {why}
          </li>
        ))}
        {skipped.length > most && <li>{texts.showMore(skipped.length - most)}</li>}
      </ul>
    </ExpandableSection>
  );
}
