// The detector of the page's region: what it analyses, how often it tells, where it exports to, and its end.

import {
  CreatePublishingDestinationCommand,
  CreateSampleFindingsCommand,
  DeleteDetectorCommand,
  DeletePublishingDestinationCommand,
  DescribeOrganizationConfigurationCommand,
  type DescribeOrganizationConfigurationCommandOutput,
  DescribePublishingDestinationCommand,
  type DescribePublishingDestinationCommandOutput,
  DisableOrganizationAdminAccountCommand,
  EnableOrganizationAdminAccountCommand,
  GetDetectorCommand,
  type GetDetectorCommandOutput,
  GetRemainingFreeTrialDaysCommand,
  type AccountFreeTrialInfo,
  ListPublishingDestinationsCommand,
  UpdateDetectorCommand,
  type UpdateDetectorCommandInput,
  UpdateOrganizationConfigurationCommand,
  type UpdateOrganizationConfigurationCommandInput,
  UpdatePublishingDestinationCommand,
} from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { detectorOf, guardduty, useDetector } from "./guardduty.ts";
import { useLoad } from "./load.ts";
import { useMay } from "./permissions.ts";

export type Settings = GetDetectorCommandOutput & { id: string };

// useSettings reads the detector; null where the service is off.
export function useSettings() {
  const region = useRegion();
  const allowed = useMay()("guardduty:GetDetector");
  const read = async (): Promise<Settings | null> => {
    const id = await detectorOf(region);
    return id ? { ...(await guardduty(region).send(new GetDetectorCommand({ DetectorId: id }))), id } : null;
  };
  return useLoad("settings", read, { live: ["detector"], off: !allowed });
}

export const updateDetector = (region: string, DetectorId: string, change: Omit<UpdateDetectorCommandInput, "DetectorId">) =>
  guardduty(region).send(new UpdateDetectorCommand({ DetectorId, ...change }));

export const deleteDetector = (region: string, DetectorId: string) => guardduty(region).send(new DeleteDetectorCommand({ DetectorId }));

export const createSamples = (region: string, DetectorId: string) => guardduty(region).send(new CreateSampleFindingsCommand({ DetectorId }));

export type Destination = DescribePublishingDestinationCommandOutput;

// useDestination reads where findings are exported to; null where they are not.
export function useDestination() {
  const region = useRegion();
  const { data: DetectorId } = useDetector();
  const may = useMay();
  const read = async (): Promise<Destination | null> => {
    const client = guardduty(region);
    const { Destinations } = await client.send(new ListPublishingDestinationsCommand({ DetectorId: DetectorId ?? "" }));
    const first = Destinations?.[0];
    return first ? client.send(new DescribePublishingDestinationCommand({ DetectorId: DetectorId ?? "", DestinationId: first.DestinationId })) : null;
  };
  const off = !DetectorId || !may("guardduty:ListPublishingDestinations") || !may("guardduty:DescribePublishingDestination");
  return useLoad("destination", read, { live: ["detector"], off });
}

export interface Bucket {
  arn: string;
  key: string;
  owner: string; // expected; empty for any
}

// saveDestination makes a destination, or changes the one there is.
export async function saveDestination(region: string, DetectorId: string, DestinationId: string | undefined, { arn, key, owner }: Bucket) {
  const DestinationProperties = { DestinationArn: arn, KmsKeyArn: key, ExpectedBucketOwner: owner || undefined };
  const client = guardduty(region);
  if (DestinationId) await client.send(new UpdatePublishingDestinationCommand({ DetectorId, DestinationId, DestinationProperties }));
  else await client.send(new CreatePublishingDestinationCommand({ DetectorId, DestinationType: "S3", DestinationProperties }));
}

export const deleteDestination = (region: string, DetectorId: string, DestinationId: string) =>
  guardduty(region).send(new DeletePublishingDestinationCommand({ DetectorId, DestinationId }));

export type OrganizationSettings = DescribeOrganizationConfigurationCommandOutput;

// useOrganizationSettings reads them for an organization's administrator.
export function useOrganizationSettings(off: boolean) {
  const region = useRegion();
  const { data: DetectorId } = useDetector();
  const read = () => guardduty(region).send(new DescribeOrganizationConfigurationCommand({ DetectorId: DetectorId ?? "" }));
  return useLoad("organization settings", read, { off: off || !DetectorId });
}

export const updateOrganization = (region: string, DetectorId: string, change: Pick<UpdateOrganizationConfigurationCommandInput, "AutoEnableOrganizationMembers" | "Features">) =>
  guardduty(region).send(new UpdateOrganizationConfigurationCommand({ DetectorId, ...change }));

export const appoint = (region: string, AdminAccountId: string) => guardduty(region).send(new EnableOrganizationAdminAccountCommand({ AdminAccountId }));

export const dismiss = (region: string, AdminAccountId: string) => guardduty(region).send(new DisableOrganizationAdminAccountCommand({ AdminAccountId }));

// useTrials reads how many days are left of each feature's free trial, by account.
export function useTrials(accounts: string[]) {
  const region = useRegion();
  const { data: DetectorId } = useDetector();
  const allowed = useMay()("guardduty:GetRemainingFreeTrialDays");
  const read = async () => {
    const all: AccountFreeTrialInfo[] = [];
    for (let i = 0; i < accounts.length; i += 50) {
      const answer = await guardduty(region).send(new GetRemainingFreeTrialDaysCommand({ DetectorId: DetectorId ?? "", AccountIds: accounts.slice(i, i + 50) }));
      all.push(...(answer.Accounts ?? []));
    }
    return all;
  };
  return useLoad(`trials ${accounts.join(" ")}`, read, { off: !DetectorId || !allowed || !accounts.length });
}
