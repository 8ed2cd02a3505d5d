// For which members of the organization a rule is on, and how.

import FormField from "@cloudscape-design/components/form-field";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Spinner from "@cloudscape-design/components/spinner";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { type Members, type Mode, readConfiguration, type Rule, setForOrganization } from "../../api/customRules.ts";
import { flash } from "../../api/flash.ts";
import { useLoad } from "../../api/load.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/rules.ts";
import { parseAccounts } from "../../components/accountIds.ts";

type Who = keyof typeof texts.whos;

export function OrganizationDialog({ rule, onClose }: { rule: Rule; onClose: () => void }) {
  const region = useRegion();
  const [had] = rule.organization;
  const before = useLoad(`rule configuration ${rule.id}`, () => readConfiguration(region, rule.id, had ?? "LIVE"), { off: !had });
  const included = before.data?.IncludeAccountIds ?? [];
  const excluded = before.data?.ExcludeAccountIds ?? [];
  const [changed, setChanged] = useState<{ mode?: Mode; who?: Who; accounts?: string }>({});
  const [mistake, setMistake] = useState("");
  const mode = changed.mode ?? had ?? "OFF";
  const who = changed.who ?? (included.length ? "include" : excluded.length ? "exclude" : "all");
  const accounts = changed.accounts ?? [...included, ...excluded].join("\n");

  const save = async () => {
    const { ids, bad } = parseAccounts(accounts);
    const wrong = mode === "OFF" || who === "all" ? "" : bad ? texts.badAccounts(bad) : ids.length ? "" : texts.noAccounts;
    setMistake(wrong);
    if (wrong) return false;
    const members: Members = who === "include" ? { IncludeAccountIds: ids } : who === "exclude" ? { ExcludeAccountIds: ids } : {};
    await setForOrganization(region, rule, mode, members);
    flash.success(texts.organizationDone(rule.name, mode));
  };
  const ready = !had || before.data !== undefined;
  return (
    <Confirm title={texts.organizationTitle(rule.name)} submit={texts.save} disabled={!ready} act={save} onClose={onClose}>
      {texts.organizationText}
      {before.error !== undefined && <LoadError error={before.error} retry={before.reload} />}
      {!ready && before.error === undefined && <Spinner />}
      {ready && (
        <>
          <FormField label={texts.organizationMode}>
            <RadioGroup
              value={mode}
              items={(["LIVE", "DRY_RUN", "OFF"] as const).map((value) => ({ value, label: texts.modes[value] }))}
              onChange={({ detail }) => setChanged({ ...changed, mode: detail.value as Mode })}
            />
          </FormField>
          {mode !== "OFF" && (
            <FormField label={texts.who}>
              <RadioGroup
                value={who}
                items={Object.entries(texts.whos).map(([value, label]) => ({ value, label }))}
                onChange={({ detail }) => setChanged({ ...changed, who: detail.value as Who })}
              />
            </FormField>
          )}
          {mode !== "OFF" && who !== "all" && (
            <FormField label={texts.accounts} constraintText={texts.accountsHint} errorText={mistake}>
              <Textarea value={accounts} rows={4} onChange={({ detail }) => setChanged({ ...changed, accounts: detail.value })} />
            </FormField>
          )}
        </>
      )}
    </Confirm>
  );
}
