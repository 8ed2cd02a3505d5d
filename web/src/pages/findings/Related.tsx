// Other current findings of the same resource and the same actors: the latest few, and the way to all in the table.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { listFindings } from "../../api/findings.ts";
import { useLoad } from "../../api/load.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { Parts } from "../../components/Parts.tsx";
import { Severity } from "../../components/Severity.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import { asked } from "./address.ts";
import { type Criterion, toApi } from "./criteria.ts";
import { accessKey, type Doc, resourceOf, textAt, titleOf, userName } from "./document.ts";
import { actorsOf } from "./sections.ts";

interface Props {
  region: string;
  detector: string;
  finding: Doc;
  hrefOf: (id: string) => string;
  open: (id: string) => void;
  showAll: (criterion: Criterion) => void;
}

export function Related(props: Props) {
  const resource = resourceOf(props.finding);
  const actors = actorsOf(props.finding);
  const { sameResource, sameUser, sameKey, sameActor } = texts.panel;
  return (
    <SpaceBetween size="m">
      {resource.id && <Group {...props} title={resource.path === userName ? sameUser(resource.id) : sameResource} path={resource.path} value={resource.id} />}
      {actors.map(({ path, value }) => (
        <Group key={path} {...props} title={path === accessKey ? sameKey(value) : sameActor(value)} path={path} value={value} />
      ))}
      {!resource.id && !actors.length && <Box color="text-body-secondary">{texts.panel.noRelated}</Box>}
    </SpaceBetween>
  );
}

const few = 6;

function Group({ region, detector, finding, hrefOf, open, showAll, title, path, value }: Props & { title: string; path: string; value: string }) {
  const criterion: Criterion = { [path]: { equals: [value] } };
  const query = { criterion: toApi(asked({ archived: false, criterion })), sort: "updatedAt", descending: true, size: few };
  const { data, error, reload } = useLoad(`findings/related ${path} ${value}`, () => listFindings(region, detector, query));
  const others = data?.findings.filter((f) => f.Id !== textAt(finding, "id")).slice(0, few - 1);
  return (
    <SpaceBetween size="xs">
      <Box variant="awsui-key-label">{title}</Box>
      {error ? <LoadError error={error} retry={reload} /> : !others ? <StatusIndicator type="loading">{texts.loading}</StatusIndicator> : null}
      {others?.length === 0 && <Box color="text-body-secondary">{texts.panel.noRelated}</Box>}
      {others?.map((f) => (
        <div key={f.Id}>
          <Severity value={f.Severity} />{" "}
          <Link
            href={hrefOf(f.Id ?? "")}
            onFollow={(event) => {
              event.preventDefault();
              open(f.Id ?? "");
            }}
          >
            <Parts of={titleOf(f)} />
          </Link>
          <Box variant="small" display="block">
            <Time at={f.UpdatedAt ? new Date(f.UpdatedAt) : undefined} zone />
          </Box>
        </div>
      ))}
      {Boolean(others?.length) && (
        <Button variant="inline-link" ariaLabel={`${texts.panel.showAll}: ${title}`} onClick={() => showAll(criterion)}>
          {texts.panel.showAll}
        </Button>
      )}
    </SpaceBetween>
  );
}
