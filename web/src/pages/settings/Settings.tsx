import SpaceBetween from "@cloudscape-design/components/space-between";
import { useSettings } from "../../api/detector.ts";
import { useOrganization } from "../../api/organization.ts";
import { useMay } from "../../api/permissions.ts";
import { Page } from "../../app/Page.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/settings.ts";
import { Delegate } from "./Delegate.tsx";
import { Detector } from "./Detector.tsx";
import { End } from "./End.tsx";
import { Export } from "./Export.tsx";
import { Features } from "./Features.tsx";
import { OrganizationSettings } from "./OrganizationSettings.tsx";
import { Samples } from "./Samples.tsx";

export default function Settings() {
  const may = useMay();
  const { data: settings, error, reload } = useSettings();
  const { administers, manages } = useOrganization();
  return (
    <Page title={texts.title} description={texts.description} help={texts.help}>
      <SpaceBetween size="l">
        <ServiceOff />
        {error !== undefined && !settings && <LoadError error={error} retry={reload} />}
        {settings && (
          <SpaceBetween size="l">
            <Detector settings={settings} />
            <Features settings={settings} />
            {may("guardduty:CreateSampleFindings") && <Samples detector={settings.id} />}
            <Export settings={settings} />
            {administers && may("guardduty:DescribeOrganizationConfiguration") && <OrganizationSettings detector={settings.id} />}
          </SpaceBetween>
        )}
        {manages && may("guardduty:ListOrganizationAdminAccounts") && <Delegate />}
        {settings && <End settings={settings} />}
      </SpaceBetween>
    </Page>
  );
}
