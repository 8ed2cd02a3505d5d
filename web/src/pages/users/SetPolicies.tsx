// Changes what a user or a role may do.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { type Identity, type Kind, type Policies, setPolicies } from "../../api/identities.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/users.ts";
import { changeOf } from "./logic.ts";
import { PolicyChoice } from "./PolicyChoice.tsx";

interface Props {
  kind: Kind;
  of: Identity;
  policies: Policies | undefined;
  onClose: () => void;
}

export function SetPolicies({ kind, of, policies, onClose }: Props) {
  const before = of.policies ?? [];
  const [chosen, setChosen] = useState(before);
  const { added, removed } = changeOf(before, chosen);
  const act = async () => {
    await setPolicies(kind, of.name, chosen);
    flash.success(texts.policiesSaved(of.name));
  };
  return (
    <Confirm title={texts.policiesOf(of.name)} submit={texts.save} disabled={!added.length && !removed.length} act={act} onClose={onClose}>
      <PolicyChoice policies={policies} chosen={chosen} onChange={setChosen} />
      <Box color="text-body-secondary">{texts.policiesBefore}</Box>
      {(added.length > 0 || removed.length > 0) && (
        <Alert type={removed.length ? "warning" : "info"}>
          {added.length > 0 && <div>{texts.adds(added.join(", "))}</div>}
          {removed.length > 0 && <div>{texts.removes(removed.join(", "))}</div>}
          {!chosen.length && <div>{texts.nothingLeft}</div>}
        </Alert>
      )}
    </Confirm>
  );
}
