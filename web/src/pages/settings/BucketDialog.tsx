import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import { useState } from "react";
import { type Bucket, type Destination, saveDestination } from "../../api/detector.ts";
import { flash } from "../../api/flash.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/settings.ts";
import { checkBucket, type Mistakes } from "./bucket.ts";

export function BucketDialog({ detector, destination, onClose }: { detector: string; destination?: Destination; onClose: () => void }) {
  const region = useRegion();
  const had = destination?.DestinationProperties;
  const [entered, setEntered] = useState<Bucket>({ arn: had?.DestinationArn ?? "", key: had?.KmsKeyArn ?? "", owner: had?.ExpectedBucketOwner ?? "" });
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const save = async () => {
    const bucket = { arn: entered.arn.trim(), key: entered.key.trim(), owner: entered.owner.trim() };
    const wrong = checkBucket(bucket, had?.ExpectedBucketOwner);
    setMistakes(wrong);
    if (Object.keys(wrong).length) return false;
    await saveDestination(region, detector, destination?.DestinationId, bucket);
    flash.success(texts.bucketSaved);
  };
  return (
    <Confirm title={texts.bucketTitle} submit={texts.save} act={save} onClose={onClose}>
      {texts.bucketText}
      <FormField label={texts.bucketArn} constraintText={texts.bucketArnHint} errorText={mistakes.arn}>
        <Input value={entered.arn} autoFocus onChange={({ detail }) => setEntered({ ...entered, arn: detail.value })} />
      </FormField>
      <FormField label={texts.key} constraintText={texts.keyHint} errorText={mistakes.key}>
        <Input value={entered.key} onChange={({ detail }) => setEntered({ ...entered, key: detail.value })} />
      </FormField>
      <FormField
        label={
          <>
            {texts.owner} <i>- {texts.optional}</i>
          </>
        }
        constraintText={texts.ownerHint}
        errorText={mistakes.owner}
      >
        <Input value={entered.owner} inputMode="numeric" onChange={({ detail }) => setEntered({ ...entered, owner: detail.value })} />
      </FormField>
    </Confirm>
  );
}
