// The regions that are not among the numbers, and why.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { describe } from "../../api/errors.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts as shell } from "../../texts/shell.ts";
import { texts } from "../../texts/summary.ts";

interface Props {
  regions: ReadonlyMap<string, unknown>;
  retry: () => unknown;
}

export function NotAsked({ regions, retry }: Props) {
  if (!regions.size) return null;
  return (
    <Alert type="warning" header={texts.notAsked(regions.size)} action={<Button onClick={() => void retry()}>{shell.tryAgain}</Button>}>
      <Reasons of={regions} />
    </Alert>
  );
}

// Without is NotAsked of one widget.
export function Without({ regions, retry }: Props) {
  if (!regions.size) return null;
  return (
    <Popover
      header={texts.notAsked(regions.size)}
      size="large"
      content={
        <SpaceBetween size="s">
          <Reasons of={regions} />
          <Button onClick={() => void retry()}>{shell.tryAgain}</Button>
        </SpaceBetween>
      }
    >
      <StatusIndicator type="warning">{texts.without([...regions.keys()])}</StatusIndicator>
    </Popover>
  );
}

const Reasons = ({ of }: { of: Props["regions"] }) =>
  [...of].map(([region, error]) => (
    <div key={region}>
      {region}: {describe(error).text}
    </div>
  ));
