// How often updated findings are told of, and the bucket that they are exported to.

import type { FindingPublishingFrequency } from "@aws-sdk/client-guardduty";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { deleteDestination, type Destination, type Settings, updateDetector, useDestination, useSettings } from "../../api/detector.ts";
import { flash } from "../../api/flash.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/settings.ts";
import { BucketDialog } from "./BucketDialog.tsx";

export function Export({ settings }: { settings: Settings }) {
  return (
    <Container
      header={
        <Header variant="h2" description={texts.exportHint}>
          {texts.export}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <Frequency settings={settings} />
        <BucketOf detector={settings.id} />
      </SpaceBetween>
    </Container>
  );
}

const frequencies = Object.entries(texts.frequencies).map(([value, [label, description]]) => ({ value, label, description }));

function Frequency({ settings }: { settings: Settings }) {
  const region = useRegion();
  const may = useMay()("guardduty:UpdateDetector");
  const { reload } = useSettings();
  const [busy, setBusy] = useState(false);
  const now = frequencies.find((f) => f.value === settings.FindingPublishingFrequency) ?? null;
  const change = async (frequency: string | undefined) => {
    setBusy(true);
    try {
      await updateDetector(region, settings.id, { FindingPublishingFrequency: frequency as FindingPublishingFrequency });
      flash.success(texts.frequencySaved);
    } catch (error) {
      flash.error(error);
    }
    await reload();
    setBusy(false);
  };
  if (!may) return <KeyValuePairs items={[{ label: texts.frequency, value: now?.label ?? "-" }]} />;
  return (
    <FormField label={texts.frequency}>
      <Select options={frequencies} selectedOption={now} disabled={busy} onChange={({ detail }) => void change(detail.selectedOption.value)} />
    </FormField>
  );
}

const looks = { PENDING_VERIFICATION: "pending", PUBLISHING: "success", UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY: "error", STOPPED: "stopped" } as const;

function BucketOf({ detector }: { detector: string }) {
  const may = useMay();
  const region = useRegion();
  const { data, error, reload } = useDestination();
  const [open, setOpen] = useState<"edit" | "remove">();
  const close = () => {
    setOpen(undefined);
    void reload();
  };
  const remove = async (id: string) => {
    await deleteDestination(region, detector, id);
    flash.success(texts.removed);
  };
  const maySave = may(data ? "guardduty:UpdatePublishingDestination" : "guardduty:CreatePublishingDestination");
  const actions = (
    <SpaceBetween direction="horizontal" size="xs">
      {data && may("guardduty:DeletePublishingDestination") && <Button onClick={() => setOpen("remove")}>{texts.remove}</Button>}
      {maySave && data !== undefined && <Button onClick={() => setOpen("edit")}>{data ? texts.edit : texts.configure}</Button>}
    </SpaceBetween>
  );
  return (
    <SpaceBetween size="s">
      <Header variant="h3" actions={actions}>
        {texts.bucket}
      </Header>
      {error !== undefined && <LoadError error={error} retry={reload} />}
      {data === null && <Box color="text-body-secondary">{texts.noBucket}</Box>}
      {data && <Bucket destination={data} />}
      {open === "edit" && <BucketDialog detector={detector} destination={data ?? undefined} onClose={close} />}
      {open === "remove" && data?.DestinationId && (
        <Confirm title={texts.removeTitle} submit={texts.remove} act={() => remove(data.DestinationId ?? "")} onClose={close}>
          {texts.removeText}
        </Confirm>
      )}
    </SpaceBetween>
  );
}

function Bucket({ destination }: { destination: Destination }) {
  const { Status = "STOPPED", DestinationProperties: p, PublishingFailureStartTimestamp: since } = destination;
  const items = [
    { label: texts.status, value: <StatusIndicator type={looks[Status]}>{texts.publishing[Status] ?? Status}</StatusIndicator> },
    { label: texts.bucketArn, value: <span className="long">{p?.DestinationArn}</span> },
    { label: texts.key, value: <span className="long">{p?.KmsKeyArn}</span> },
    ...(p?.ExpectedBucketOwner ? [{ label: texts.owner, value: p.ExpectedBucketOwner }] : []),
    ...(since ? [{ label: texts.failingSince, value: <Time at={since} /> }] : []),
  ];
  return (
    <SpaceBetween size="s">
      {Status === "UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY" && <Alert type="error">{texts.failing}</Alert>}
      <KeyValuePairs columns={3} minColumnWidth={200} items={items} />
    </SpaceBetween>
  );
}
