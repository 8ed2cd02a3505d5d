// What a delegated administrator enables for its organization by itself.

import type { AutoEnableMembers, OrgFeature, OrgFeatureStatus } from "@aws-sdk/client-guardduty";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useState } from "react";
import { type OrganizationSettings as Known, updateOrganization, useOrganizationSettings } from "../../api/detector.ts";
import { flash } from "../../api/flash.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/settings.ts";

// Features that Picket analyses; the others are left as they are.
const offered = ["S3_DATA_EVENTS"];

export function OrganizationSettings({ detector }: { detector: string }) {
  const { data, error, reload } = useOrganizationSettings(false);
  return (
    <Container
      header={
        <Header variant="h2" description={texts.organizationHint}>
          {texts.organization}
        </Header>
      }
    >
      {error !== undefined ? <LoadError error={error} retry={reload} /> : data ? <Editor detector={detector} known={data} reload={reload} /> : <Spinner />}
    </Container>
  );
}

function Editor({ detector, known, reload }: { detector: string; known: Known; reload: () => Promise<void> }) {
  const region = useRegion();
  const may = useMay()("guardduty:UpdateOrganizationConfiguration");
  const [auto, setAuto] = useState<AutoEnableMembers>();
  const [features, setFeatures] = useState<Record<string, OrgFeatureStatus>>({});
  const [busy, setBusy] = useState(false);
  const before = known.AutoEnableOrganizationMembers ?? "NONE";
  const chosen = auto ?? before;

  const save = async () => {
    setBusy(true);
    try {
      await updateOrganization(region, detector, {
        AutoEnableOrganizationMembers: chosen,
        Features: Object.entries(features).map(([Name, AutoEnable]) => ({ Name: Name as OrgFeature, AutoEnable })),
      });
      flash.success(texts.saved);
      await reload();
      setAuto(undefined);
      setFeatures({});
    } catch (error) {
      flash.error(error);
    }
    setBusy(false);
  };
  const changed = chosen !== before || Object.keys(features).length > 0;
  return (
    <Form
      actions={
        may && (
          <Button variant="primary" loading={busy} disabled={!changed} onClick={() => void save()}>
            {texts.save}
          </Button>
        )
      }
    >
      <SpaceBetween size="m">
        {known.MemberAccountLimitReached && <Alert type="warning">{texts.limitReached}</Alert>}
        <FormField label={texts.autoEnable}>
          <RadioGroup
            value={chosen}
            readOnly={!may}
            items={Object.entries(texts.autoEnables).map(([value, [label, description]]) => ({ value, label, description }))}
            onChange={({ detail }) => setAuto(detail.value as AutoEnableMembers)}
          />
        </FormField>
        {chosen === "ALL" && before !== "ALL" && <Alert type="info">{texts.organizationAll}</Alert>}
        {known.Features?.filter((f) => offered.includes(f.Name ?? "")).map((f) => {
          const name = texts.names[f.Name ?? ""]?.[0] ?? f.Name ?? "";
          return (
            <FormField key={f.Name} label={<span id={`members-${f.Name}`}>{texts.autoFeature(name)}</span>}>
              <SegmentedControl
                ariaLabelledby={`members-${f.Name}`}
                selectedId={features[f.Name ?? ""] ?? f.AutoEnable ?? "NONE"}
                options={Object.entries(texts.autoFeatureValues).map(([id, text]) => ({ id, text, disabled: !may }))}
                onChange={({ detail }) => setFeatures({ ...features, [f.Name ?? ""]: detail.selectedId as OrgFeatureStatus })}
              />
            </FormField>
          );
        })}
      </SpaceBetween>
    </Form>
  );
}
