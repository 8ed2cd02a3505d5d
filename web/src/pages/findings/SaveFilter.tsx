// Saves what is asked for as a filter, or as a suppression rule: a filter that archives what it matches from then on. What that
// would have been of what is there is told before.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import { createFilter, type Criteria, type Match, previewFilter, useFilters } from "../../api/filters.ts";
import { flash } from "../../api/flash.ts";
import { useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts as filters } from "../../texts/filters.ts";
import { texts } from "../../texts/findings.ts";
import { archiveNow } from "../filters/archive.ts";
import { hasPatterns } from "../filters/criteria.ts";
import type { Shown } from "./address.ts";
import { type Criterion, filterNameProblem, toTokens, wildcardsOf } from "./criteria.ts";
import { kindOf } from "./catalogue.ts";
import { formatDate } from "./dates.ts";
import { nameOf, several } from "./properties.tsx";

// noRule says why what is shown makes no suppression rule.
export function noRule({ archived, criterion }: Shown): string | undefined {
  if (archived) return texts.suppress.onlyCurrent;
  return Object.keys(criterion).length ? undefined : texts.suppress.noCondition;
}

interface Props {
  region: string;
  detector: string;
  criterion: Criterion;
  suppress: boolean;
  close: () => void;
  done: () => Promise<unknown>;
}

export function SaveFilter({ region, detector, criterion, suppress, close, done }: Props) {
  const t = suppress ? texts.suppress : texts.save;
  const mayArchive = useMay()("guardduty:ArchiveFindings");
  const saved = useFilters();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [tried, setTried] = useState(false);
  const [archiveToo, setArchiveToo] = useState(false);
  const problem = filterNameProblem(name);
  const criteria = criterion as Criteria;
  const preview = useLoad(`filters/preview ${JSON.stringify(criterion)}`, () => previewFilter(region, criteria), { off: !suppress });

  const act = async () => {
    setTried(true);
    if (problem) return false;
    await createFilter(region, detector, { name, description, action: suppress ? "ARCHIVE" : "NOOP", rank: 1, criteria });
    flash.success(t.done(name));
    if (suppress && archiveToo) await archiveNow(region, detector, criteria);
    await Promise.all([saved.reload(), done()]);
  };
  return (
    <Confirm title={t.title} submit={t.submit} act={act} onClose={close}>
      <Box>{t.text}</Box>
      <div>
        <Box variant="awsui-key-label">{texts.save.criteria}</Box>
        <ul>
          {toTokens(criterion, kindOf, several).tokens.map(({ propertyKey: path = "", operator, value }, i) => (
            <li key={i} className="value-text">
              {nameOf(path)} {operator} {kindOf(path) === "date" ? formatDate(value) : [value].flat().join(", ")}
            </li>
          ))}
          {wildcardsOf(criterion).map(([path, how, pattern]) => (
            <li key={`${path} ${how} ${pattern}`} className="value-text">
              {nameOf(path)} {filters.operators[how]} {pattern}
            </li>
          ))}
        </ul>
      </div>
      {suppress && preview.error ? <LoadError error={preview.error} retry={preview.reload} /> : null}
      {suppress && !preview.error && (preview.data ? <Preview match={preview.data} /> : <StatusIndicator type="loading">{texts.suppress.counting}</StatusIndicator>)}
      <FormField label={texts.save.name} constraintText={texts.save.nameHint} errorText={tried && problem ? texts.save.nameProblem[problem] : undefined}>
        <Input value={name} onChange={({ detail }) => setName(detail.value)} />
      </FormField>
      <FormField label={texts.save.description} constraintText={texts.save.descriptionHint}>
        <Textarea value={description} rows={2} onChange={({ detail }) => setDescription(detail.value.slice(0, 512))} />
      </FormField>
      {suppress && mayArchive && !hasPatterns(criteria) && Boolean(preview.data?.matching) && (
        <Checkbox checked={archiveToo} onChange={({ detail }) => setArchiveToo(detail.checked)}>
          {texts.suppress.archiveNow(preview.data?.matching ?? 0)}
        </Checkbox>
      )}
    </Confirm>
  );
}

function Preview({ match }: { match: Match }) {
  const severities = Object.entries(match.severities).map(([label, n]) => `${label} ${n.toLocaleString("en")}`);
  return (
    <Alert type={match.matching > 0 && match.matching === match.current ? "warning" : "info"}>
      <SpaceBetween size="xxs">
        <div>{texts.suppress.preview(match.matching, match.current)}</div>
        {severities.length > 0 && <div>{severities.join(", ")}</div>}
      </SpaceBetween>
    </Alert>
  );
}
