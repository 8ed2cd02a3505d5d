// What a filter matches of the findings that are current.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { type Criteria, type Match, previewFilter } from "../../api/filters.ts";
import { describe, type Described } from "../../api/errors.ts";
import { useRegion } from "../../app/router.ts";
import { texts } from "../../texts/filters.ts";
import { hasPatterns } from "./criteria.ts";

interface Props {
  criteria: Criteria;
  off: boolean;
  archives: boolean; // from now on
  archive?: { on: boolean; change: (on: boolean) => void }; // whether to archive what matches now
}

export function Preview({ criteria, off, archives, archive }: Props) {
  const region = useRegion();
  const [seen, setSeen] = useState<{ of: Criteria; match?: Match; problem?: Described }>();
  const [busy, setBusy] = useState(false);
  const known = seen?.of === criteria && !off ? seen : undefined;

  const look = async () => {
    setBusy(true);
    try {
      setSeen({ of: criteria, match: await previewFilter(region, criteria) });
    } catch (error) {
      setSeen({ of: criteria, problem: describe(error) });
    }
    setBusy(false);
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={texts.previewHint(archives)}
          actions={
            <Button formAction="none" loading={busy} disabled={off || !Object.keys(criteria).length} onClick={() => void look()}>
              {texts.preview}
            </Button>
          }
        >
          {texts.preview}
        </Header>
      }
    >
      <SpaceBetween size="s">
        {known?.problem && (
          <Alert type="error" header={known.problem.header}>
            {known.problem.text}
          </Alert>
        )}
        {known?.match && <Matched {...known.match} />}
        {archive && known?.match && known.match.matching > 0 && !hasPatterns(criteria) ? (
          <Checkbox checked={archive.on} description={texts.archiveNowHint(known.match.matching)} onChange={({ detail }) => archive.change(detail.checked)}>
            {texts.archiveNow(known.match.matching)}
          </Checkbox>
        ) : (
          archives && <Box color="text-body-secondary">{archive && hasPatterns(criteria) ? texts.archivePatterns : texts.stays}</Box>
        )}
      </SpaceBetween>
    </Container>
  );
}

const order = ["Critical", "High", "Medium", "Low"];

function Matched({ matching, current, severities }: Match) {
  const parts = order.filter((s) => severities[s]).map((s) => `${s} ${severities[s]?.toLocaleString("en")}`);
  return (
    <div role="status">
      <b>{texts.previewed(matching, current)}</b>
      {parts.length > 0 && `: ${parts.join(", ")}`}.
    </div>
  );
}
