import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { type Kind, useLists } from "../../api/lists.ts";
import { Page } from "../../app/Page.tsx";
import { useQuery } from "../../app/router.ts";
import { ServiceOff } from "../../components/EnableService.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/lists.ts";
import { ListsTable } from "./ListsTable.tsx";

const tabs: { id: keyof typeof texts.tabs; kinds: Kind[] }[] = [
  { id: "ips", kinds: ["trustedIps", "threatIps"] },
  { id: "entities", kinds: ["trustedEntities", "threatEntities"] },
];

export default function Lists() {
  const { data, error, reload } = useLists();
  const [query, setQuery] = useQuery();
  const shown = query.get("tab") === "entities" ? "entities" : "ips";
  return (
    <Page title={texts.title} description={texts.description} contentType="table" help={texts.help}>
      <SpaceBetween size="l">
        <ServiceOff />
        {Boolean(error) && data && <LoadError error={error} retry={reload} />}
        <Tabs
          activeTabId={shown}
          onChange={({ detail }) => setQuery({ tab: detail.activeTabId === "ips" ? undefined : detail.activeTabId })}
          tabs={tabs.map(({ id, kinds }) => ({
            id,
            label: texts.tabs[id],
            content: (
              <SpaceBetween size="l">
                {kinds.map((kind) => (
                  <ListsTable key={kind} kind={kind} />
                ))}
              </SpaceBetween>
            ),
          }))}
        />
      </SpaceBetween>
    </Page>
  );
}
