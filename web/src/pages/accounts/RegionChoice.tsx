// Where something is done; nothing to choose where there is one Region.

import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { describe } from "../../api/errors.ts";
import { useSession } from "../../api/session.ts";
import { texts } from "../../texts/accounts.ts";

interface Props {
  chosen: string[];
  onChange: (chosen: string[]) => void;
  label: (region: string) => string;
  disabled: (region: string) => boolean;
}

export function RegionChoice({ chosen, onChange, label, disabled }: Props) {
  const { regions } = useSession();
  if (regions.length < 2) return null;
  return (
    <FormField label={texts.regions} description={texts.regionsHint}>
      <SpaceBetween size="xs">
        {regions.map((region) => (
          <Checkbox
            key={region}
            checked={chosen.includes(region)}
            disabled={disabled(region)}
            onChange={({ detail }) => onChange(regions.filter((r) => (r === region ? detail.checked : chosen.includes(r))))}
          >
            {label(region)}
          </Checkbox>
        ))}
      </SpaceBetween>
    </FormField>
  );
}

// whyNot is what keeps a region from being chosen: it could not be read, or not yet.
export const whyNot = (refused: ReadonlyMap<string, unknown>, region: string) =>
  refused.has(region) ? describe(refused.get(region)).text : texts.reading;
