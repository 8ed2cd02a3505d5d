// One finding, in the split panel beside the table.

import type { Finding } from "@aws-sdk/client-guardduty";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import SpaceBetween from "@cloudscape-design/components/space-between";
import SplitPanel from "@cloudscape-design/components/split-panel";
import { type ReactNode, useState } from "react";
import { findingDetail, type FindingDetail, getFindings, rulePage } from "../../api/findings.ts";
import { useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { Parts } from "../../components/Parts.tsx";
import { Severity } from "../../components/Severity.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import type { Criterion } from "./criteria.ts";
import { at, type Doc, isSample, opened, textAt, titleOf, wire } from "./document.ts";
import { Evidence } from "./Evidence.tsx";
import { Feedback } from "./Feedback.tsx";
import { Fields, type Pick } from "./Fields.tsx";
import { placesOf } from "./geography.ts";
import { Info } from "./Info.tsx";
import { Json } from "./Json.tsx";
import { Related } from "./Related.tsx";
import { Rule } from "./Rule.tsx";
import { sectionsOf, type SectionId } from "./sections.ts";
import { sequenceOf } from "./sequence.ts";
import { Sequence } from "./Sequence.tsx";
import type { Actions } from "./useActions.ts";
import { WorldMap } from "./WorldMap.tsx";

interface Props {
  id: string;
  region: string;
  detector: string;
  actions: Actions;
  pick: Pick;
  hrefOf: (id: string) => string;
  open: (id: string) => void;
  showAll: (criterion: Criterion) => void;
}

interface Read {
  api: Finding;
  detail?: FindingDetail; // for who may see evidence
  rule?: string;
}

// useFinding reads one finding; its evidence only for who may see it.
export function useFinding(region: string, detector: string | undefined, id: string | undefined) {
  const may = useMay();
  const evidence = may("picket:GetEvidence");
  return useLoad<Read | null>(
    `finding ${id} ${evidence}`,
    async () => {
      const [found, detail] = await Promise.all([getFindings(region, detector!, [id!]), evidence ? findingDetail(region, id!) : undefined]);
      const api = found[0];
      if (!api) return null;
      return { api, detail, rule: detail ? detail.rule : await rulePage(api.Type ?? "") };
    },
    { off: !id || !detector || !may("guardduty:GetFindings"), live: ["marks"] },
  );
}

export function Panel({ finding, ...props }: Props & { finding: ReturnType<typeof useFinding> }) {
  const { data, error, reload } = finding;
  const header = data ? titleOf(data.api) : data === null ? texts.panel.gone : texts.panel.loading;
  return (
    <SplitPanel headerBefore={<Parts of={header} />} closeBehavior="hide">
      {data ? (
        <SpaceBetween size="m">
          {error !== undefined && <LoadError error={error} retry={reload} />}
          <Shown {...props} read={data} />
        </SpaceBetween>
      ) : error ? (
        <LoadError error={error} retry={reload} />
      ) : data === null ? (
        <Box>{texts.panel.goneHint}</Box>
      ) : (
        <StatusIndicator type="loading">{texts.panel.loading}</StatusIndicator>
      )}
    </SplitPanel>
  );
}

function Shown({ read: { api, detail, rule }, ...props }: Props & { read: Read }) {
  const finding = opened(wire(api) as Doc);
  const sections = sectionsOf(finding);
  const places = placesOf(finding);
  const sequence = sequenceOf(finding);
  const sample = isSample(api);
  const records = detail?.evidence.records ?? [];
  const fields = (id: SectionId) => <Fields items={sections.get(id) ?? []} pick={props.pick} />;

  return (
    <SpaceBetween size="m">
      <Toolbar {...props} api={api} comments={detail && (detail.comments ?? "")} />
      {detail?.frozenAt ? (
        <Alert>
          {texts.panel.frozen} <Time at={detail.frozenAt} zone />
        </Alert>
      ) : null}
      <Box>
        <Severity value={api.Severity} /> {api.Description}
      </Box>
      {api.Confidence === 0 && <StatusIndicator type="warning">{texts.panel.confidence}</StatusIndicator>}
      <Section title={texts.panel.overview}>
        {fields("overview")}
        {detail?.comments && (
          <Box margin={{ top: "s" }}>
            <Box variant="awsui-key-label">{texts.panel.comments}</Box>
            <div className="value-text lines">{detail.comments}</div>
          </Box>
        )}
      </Section>
      <Section title={texts.panel.why}>
        {records.length > 0 ? (
          <Evidence records={records} crossed={detail?.crossed} count={Number(textAt(finding, "service.count")) || 1} />
        ) : (
          <Box color="text-body-secondary">{!detail ? texts.panel.mayNotSee : sample ? texts.panel.sampleEvidence : texts.panel.noEvidence}</Box>
        )}
      </Section>
      {sequence && (
        <Section title={texts.panel.sequence}>
          <Sequence sequence={sequence} />
        </Section>
      )}
      {sections.has("resource") && <Section title={texts.panel.resource}>{fields("resource")}</Section>}
      {sections.has("action") && <Section title={texts.panel.action}>{fields("action")}</Section>}
      {(sections.has("remote") || places.length > 0) && (
        <Section title={at(finding, "service.resourceRole") === "ACTOR" ? texts.panel.target : texts.panel.actor}>
          <SpaceBetween size="m">
            {sections.has("remote") && fields("remote")}
            {places.length > 0 && (
              <div>
                <WorldMap places={places} />
                {places.map((p) => (
                  <Box key={p.label} variant="small" display="block">
                    {texts.panel.place(p.label, p.lat, p.lon)}
                  </Box>
                ))}
              </div>
            )}
          </SpaceBetween>
        </Section>
      )}
      {sections.has("local") && <Section title={texts.panel.local}>{fields("local")}</Section>}
      <Info finding={finding} items={sections.get("info") ?? []} signals={detail?.signals} techniques={detail?.techniques} pick={props.pick} />
      <Section title={texts.panel.rule}>
        <Rule text={rule} />
      </Section>
      {sections.has("more") && <Section title={texts.panel.more}>{fields("more")}</Section>}
      <Section title={texts.panel.related}>
        <Related {...props} finding={finding} />
      </Section>
    </SpaceBetween>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <ExpandableSection defaultExpanded headerText={title} headingTagOverride="h3">
      {children}
    </ExpandableSection>
  );
}

function Toolbar({ api, comments, actions, id }: { api: Finding; comments: string | undefined; actions: Actions; id: string }) {
  const [json, setJson] = useState(false);
  const change = api.Service?.Archived ? "unarchive" : "archive";
  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        {actions.allowed(change) && (
          <Button loading={actions.doing === change} onClick={() => void actions.run(change, [id])}>
            {texts[change]}
          </Button>
        )}
        <Button onClick={() => setJson(true)}>{texts.json}</Button>
        {actions.allowed("useful") && <Feedback id={id} api={api} comments={comments} actions={actions} />}
      </SpaceBetween>
      {json && <Json findings={[api]} close={() => setJson(false)} />}
    </>
  );
}
