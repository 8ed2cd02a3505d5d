// The form of one filter, to be created or changed, with what it would archive now.

import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { type FormEvent, useState } from "react";
import { createFilter, type Criteria, type Filter, type FilterFields, updateFilter, useFilters } from "../../api/filters.ts";
import { flash } from "../../api/flash.ts";
import { useDetector } from "../../api/guardduty.ts";
import { useMay } from "../../api/permissions.ts";
import { useHref, useNavigate, useRegion, useShown } from "../../app/router.ts";
import { texts } from "../../texts/filters.ts";
import { archiveNow } from "./archive.ts";
import { CriteriaEditor } from "./CriteriaEditor.tsx";
import { checkFields, type Entered, type Mistakes } from "./fields.ts";
import { Preview } from "./Preview.tsx";

export function FilterForm({ filter, criteria: first }: { filter?: Filter; criteria: Criteria }) {
  const region = useRegion();
  const href = useHref();
  const go = useNavigate();
  const shown = useShown();
  const { data: detector } = useDetector();
  const { data: others } = useFilters();
  const may = useMay();
  const [entered, setEntered] = useState<Entered>({ name: filter?.name ?? "", description: filter?.description ?? "", rank: String(filter?.rank ?? 1) });
  const [action, setAction] = useState<FilterFields["action"]>(filter?.action ?? "ARCHIVE");
  const [criteria, setCriteria] = useState<Criteria>(first);
  const [unread, setUnread] = useState(false); // what is written is no criteria
  const [archiveToo, setArchiveToo] = useState(false);
  const [mistakes, setMistakes] = useState<Mistakes & { criteria?: string }>({});
  const [busy, setBusy] = useState(false);
  const change = (some: Partial<Entered>) => setEntered({ ...entered, ...some });

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const wrong: typeof mistakes = checkFields(entered, filter ? [] : (others?.map((f) => f.name) ?? []));
    if (!unread && !Object.keys(criteria).length) wrong.criteria = texts.noCriteria;
    setMistakes(wrong);
    if (Object.keys(wrong).length || unread || busy || !detector) return;
    const fields = { name: entered.name.trim(), description: entered.description, action, rank: Number(entered.rank), criteria };
    setBusy(true);
    try {
      await (filter ? updateFilter : createFilter)(region, detector, fields);
      flash.success(filter ? texts.saved(fields.name) : texts.created(fields.name), { keep: true });
      if (archiveToo && action === "ARCHIVE") await archiveNow(region, detector, criteria);
      if (shown()) go("filters");
    } catch (error) {
      flash.error(error);
      setBusy(false);
    }
  };
  return (
    <form onSubmit={(event) => void save(event)} noValidate>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" formAction="none" href={href("filters")}>
              {texts.cancel}
            </Button>
            <Button variant="primary" formAction="submit" loading={busy} disabled={!detector}>
              {filter ? texts.save : texts.create}
            </Button>
          </SpaceBetween>
        }
      >
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">{texts.details}</Header>}>
            <SpaceBetween size="m">
              <FormField label={texts.name} constraintText={texts.nameHint} errorText={mistakes.name}>
                <Input value={entered.name} disabled={Boolean(filter)} autoFocus={!filter} onChange={({ detail }) => change({ name: detail.value })} />
              </FormField>
              <FormField
                label={
                  <>
                    {texts.descriptionLabel} <i>- {texts.optional}</i>
                  </>
                }
                constraintText={texts.descriptionHint}
                errorText={mistakes.description}
              >
                <Textarea value={entered.description} rows={2} onChange={({ detail }) => change({ description: detail.value })} />
              </FormField>
              <FormField label={texts.what}>
                <RadioGroup
                  value={action}
                  items={Object.entries(texts.actions).map(([value, [label, description]]) => ({ value, label, description }))}
                  onChange={({ detail }) => setAction(detail.value as FilterFields["action"])}
                />
              </FormField>
              <FormField label={texts.rank} constraintText={texts.rankHint} errorText={mistakes.rank}>
                <Input value={entered.rank} inputMode="numeric" onChange={({ detail }) => change({ rank: detail.value })} />
              </FormField>
            </SpaceBetween>
          </Container>
          <CriteriaEditor
            criteria={criteria}
            error={mistakes.criteria}
            onChange={(next) => {
              setCriteria(next);
              setUnread(false);
              setArchiveToo(false);
              setMistakes({ ...mistakes, criteria: undefined });
            }}
            onUnread={() => setUnread(true)}
          />
          {may("guardduty:ListFindings") && (
            <Preview
              criteria={criteria}
              off={unread}
              archives={action === "ARCHIVE"}
              archive={action === "ARCHIVE" && may("guardduty:ArchiveFindings") ? { on: archiveToo, change: setArchiveToo } : undefined}
            />
          )}
        </SpaceBetween>
      </Form>
    </form>
  );
}
