// The GuardDuty API, through AWS's own client: guardduty(region).send(new ListFindingsCommand({...})). Import commands from
// "@aws-sdk/client-guardduty".

import { GetDetectorCommand, GuardDutyClient, ListDetectorsCommand } from "@aws-sdk/client-guardduty";
import { useRegion } from "../app/router.ts";
import { base } from "./call.ts";
import { type Loaded, useLoad } from "./load.ts";
import { useMay } from "./permissions.ts";
import { csrf, refused } from "./session.ts";

const clients = new Map<string, GuardDutyClient>();

export function guardduty(region: string): GuardDutyClient {
  let client = clients.get(region);
  if (!client) clients.set(region, (client = create(region)));
  return client;
}

// useGuardDuty is the client of the page's region.
export const useGuardDuty = () => guardduty(useRegion());

// useDetector reads the ID of the region's detector; its data is null where the service is off.
export function useDetector(region?: string): Loaded<string | null> {
  const here = useRegion();
  const where = region ?? here;
  return useLoad("detector", () => detectorOf(where), { live: ["detector"], region: where });
}

// useSuspended says whether the page's detector analyses nothing now.
export function useSuspended(detector: string | null | undefined): boolean {
  const region = useRegion();
  const off = !useMay()("guardduty:GetDetector") || !detector;
  const read = async () => (await guardduty(region).send(new GetDetectorCommand({ DetectorId: detector ?? "" }))).Status;
  return useLoad(`detector/status ${detector}`, read, { live: ["detector"], off }).data === "DISABLED";
}

export async function detectorOf(region: string): Promise<string | null> {
  const { DetectorIds } = await guardduty(region).send(new ListDetectorsCommand({}));
  return DetectorIds?.[0] ?? null;
}

// A request is not signed: the session's cookie says who asks, and the header that it was this page.
function create(region: string): GuardDutyClient {
  const client = new GuardDutyClient({
    region,
    endpoint: `${location.origin}${base}api/aws/${region}`,
    credentials: { accessKeyId: "session", secretAccessKey: "session" },
    signer: {
      sign: (request) => {
        request.headers["x-picket-csrf"] = csrf();
        return Promise.resolve(request);
      },
    },
  });
  client.middlewareStack.add(
    (next, { commandName = "" }) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        const { name, $metadata } = error as { name: string; $metadata?: { httpStatusCode?: number } };
        refused($metadata?.httpStatusCode, name, !/^(Get|List|Describe)/.test(commandName));
        throw error;
      }
    },
    { step: "initialize", name: "refused" },
  );
  return client;
}
