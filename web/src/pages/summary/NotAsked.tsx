// The regions that are not among the numbers, and why.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { describe } from "../../api/errors.ts";
import { texts as shell } from "../../texts/shell.ts";
import { texts } from "../../texts/summary.ts";

export function NotAsked({ regions, retry }: { regions: ReadonlyMap<string, unknown>; retry: () => unknown }) {
  if (!regions.size) return null;
  return (
    <Alert type="warning" header={texts.notAsked(regions.size)} action={<Button onClick={() => void retry()}>{shell.tryAgain}</Button>}>
      {[...regions].map(([region, error]) => (
        <div key={region}>
          {region}: {describe(error).text}
        </div>
      ))}
    </Alert>
  );
}
