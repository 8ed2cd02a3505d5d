// A member's status in the words of the console, with the API's own as the tooltip.

import type { Mail, Status } from "../../api/members.ts";
import { StatusIndicator, type StatusIndicatorProps } from "../../components/StatusIndicator.tsx";
import { localTimes } from "../../components/WithTimes.tsx";
import { texts } from "../../texts/accounts.ts";

const types: Record<Status, StatusIndicatorProps.Type> = {
  "": "not-started",
  Created: "info",
  Invited: "pending",
  Enabled: "success",
  Disabled: "stopped",
  Removed: "not-started",
  Resigned: "not-started",
};

export function StatusText({ status }: { status: Status }) {
  return (
    <span className="whole" title={status ? texts.apiStatus(status) : undefined}>
      <StatusIndicator type={types[status] ?? "info"}>{texts.statuses[status] ?? status}</StatusIndicator>
    </span>
  );
}

const mailTypes: Record<Mail["state"], StatusIndicatorProps.Type> = {
  "": "not-started",
  queued: "in-progress",
  sent: "success",
  written: "success",
  failed: "error",
};

export function MailText({ mail }: { mail: Mail | undefined }) {
  if (!mail) return <>-</>;
  return (
    <span title={mail.detail && localTimes(mail.detail)}>
      <StatusIndicator type={mailTypes[mail.state]}>{texts.mails[mail.state]}</StatusIndicator>
    </span>
  );
}
