// Where the criteria of a filter are composed: of conditions, as on the Findings page, or as JSON, which has wildcards too.

import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import { useState } from "react";
import type { Criteria } from "../../api/filters.ts";
import { texts } from "../../texts/filters.ts";
import { kindOf } from "../findings/catalogue.ts";
import type { Criterion } from "../findings/criteria.ts";
import { Filter } from "../findings/Filter.tsx";
import { optionsOf } from "../findings/properties.tsx";
import { Conditions } from "./Conditions.tsx";
import { join, parseCriteria, split, writeCriteria } from "./criteria.ts";

interface Props {
  criteria: Criteria;
  error?: string;
  onChange: (criteria: Criteria) => void;
  onUnread: () => void; // what is written can't be read
}

const options = optionsOf([], [], []);

export function CriteriaEditor({ criteria, error, onChange, onUnread }: Props) {
  const [text, setText] = useState<string>(); // while it is JSON that is written
  const [mistakes, setMistakes] = useState<string[]>([]);
  const { shown, rest } = split(criteria, (path) => kindOf(path) !== undefined);
  const [open, setOpen] = useState(Object.keys(rest).length > 0);

  const compose = (next: Criterion) => {
    setText(undefined);
    setMistakes([]);
    onChange(join(next as Criteria, rest));
  };
  const write = (next: string) => {
    setText(next);
    const read = parseCriteria(next);
    setMistakes(read.mistakes);
    if (read.mistakes.length) onUnread();
    else onChange(read.criteria);
  };
  return (
    <Container
      header={
        <Header variant="h2" description={texts.criteriaHint}>
          {texts.criteria}
        </Header>
      }
    >
      <SpaceBetween size="m">
        <FormField label={texts.builder} errorText={error} stretch>
          <Filter criterion={shown as Criterion} onChange={compose} options={options} count={undefined} loading={false} />
        </FormField>
        <Conditions criteria={rest} />
        <ExpandableSection headerText={texts.advanced} expanded={open} onChange={({ detail }) => setOpen(detail.expanded)}>
          <FormField
            label={texts.jsonLabel}
            constraintText={texts.jsonHint}
            stretch
            errorText={mistakes.length > 0 && mistakes.map((mistake) => <div key={mistake}>{mistake}</div>)}
          >
            <Textarea
              value={text ?? (Object.keys(criteria).length ? writeCriteria(criteria) : "")}
              rows={12}
              spellcheck={false}
              disableBrowserAutocorrect
              onChange={({ detail }) => write(detail.value)}
            />
          </FormField>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}
