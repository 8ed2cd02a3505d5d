// Says that the service is suspended in the page's region, and who may resume it.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useAdministrator } from "../api/invitations.ts";
import { useOrganization } from "../api/organization.ts";
import { useMay } from "../api/permissions.ts";
import { useHref, useRegion } from "../app/router.ts";
import { texts } from "../texts/enable.ts";
import { useNamed } from "./named.ts";

export function Suspended() {
  const region = useRegion();
  const href = useHref();
  const may = useMay();
  const nameOf = useNamed();
  const administrator = useAdministrator().data?.AccountId;
  const { managed } = useOrganization();
  const mayResume = !managed && may("guardduty:UpdateDetector");
  const who = administrator && (managed ? texts.suspendedByAdministrator : texts.suspendedByEither)(nameOf(administrator));
  return (
    <Alert type="warning" header={texts.suspended(region)} action={mayResume && <Button href={href("settings")}>{texts.toSettings}</Button>}>
      {texts.suspendedText} {who}
    </Alert>
  );
}
