// What there is to read about the rule that is chosen.

import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import SplitPanel from "@cloudscape-design/components/split-panel";
import { type DryRun, type Rule, useExpression } from "../../api/customRules.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/rules.ts";
import { ModeText } from "./ModeText.tsx";
import { RuleSeverity } from "./RuleSeverity.tsx";

export function RulePanel({ rules }: { rules: Rule[] }) {
  const [rule] = rules;
  if (!rule || rules.length > 1) return <SplitPanel header={rule ? texts.more(rules.length) : texts.panel}>{rule ? null : texts.noneChosen}</SplitPanel>;
  return (
    <SplitPanel header={rule.name}>
      <SpaceBetween size="l">
        <Box variant="p">{rule.description}</Box>
        <KeyValuePairs
          columns={2}
          items={[
            { label: texts.columns.mode, value: <ModeText mode={rule.mode} dryRun={rule.dryRun} /> },
            { label: texts.columns.severity, value: <RuleSeverity rule={rule} /> },
            ...times(rule.dryRun),
            ...times(rule.organizationDryRun),
            { label: texts.columns.source, value: texts.sources[rule.source] ?? rule.source },
            { label: texts.columns.service, value: rule.service },
            { label: texts.columns.tactic, value: rule.tactic },
            { label: texts.columns.technique, value: rule.technique },
          ]}
        />
        <Expression id={rule.id} />
      </SpaceBetween>
    </SplitPanel>
  );
}

// times are those of a dry run.
const times = (of: DryRun | undefined) =>
  of
    ? [
        { label: of.organization ? texts.organizationLastMatch : texts.lastMatch, value: <Time at={of.last} /> },
        { label: of.organization ? texts.organizationUntil : texts.until, value: <Time at={of.expiresAt} /> },
      ]
    : [];

function Expressed({ children }: { children: string }) {
  return (
    <Box variant="code">
      <span className="written">{children}</span>
    </Box>
  );
}

function Expression({ id }: { id: string }) {
  const { data, error, reload } = useExpression(id);
  return (
    <div>
      <Box variant="awsui-key-label">{texts.expression}</Box>
      {error !== undefined ? <LoadError error={error} retry={reload} /> : data === undefined ? <Spinner /> : data ? <Expressed>{data}</Expressed> : texts.expressionNone}
    </div>
  );
}
