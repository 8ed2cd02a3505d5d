// Chooses policies: the account's own, and those that every account has.

import FormField from "@cloudscape-design/components/form-field";
import Multiselect from "@cloudscape-design/components/multiselect";
import type { Policies } from "../../api/identities.ts";
import { texts } from "../../texts/users.ts";

interface Props {
  policies: Policies | undefined;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

export function PolicyChoice({ policies, chosen, onChange }: Props) {
  const own = (policies?.own ?? []).map((p) => ({ value: p.name, label: p.name }));
  const managed = (policies?.managed ?? []).map((p) => ({ value: p.name, label: p.name, description: p.about }));
  return (
    <FormField label={texts.policiesLabel} description={texts.policiesHint} stretch>
      <Multiselect
        options={[...(own.length ? [{ label: texts.own, options: own }] : []), { label: texts.managed, options: managed }]}
        selectedOptions={chosen.map((value) => ({ value, label: value }))}
        onChange={({ detail }) => onChange(detail.selectedOptions.map((o) => o.value ?? ""))}
        placeholder={texts.policiesChoose}
        filteringType="auto"
        expandToViewport
        statusType={policies ? "finished" : "loading"}
      />
    </FormField>
  );
}
