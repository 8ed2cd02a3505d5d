import Alert from "@cloudscape-design/components/alert";
import { useFilters } from "../../api/filters.ts";
import { Page } from "../../app/Page.tsx";
import type { PageProps } from "../../app/routes.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/filters.ts";
import { readCriteria } from "./criteria.ts";
import { FilterForm } from "./FilterForm.tsx";

export default function EditFilter({ params }: PageProps) {
  const { data, error, reload } = useFilters();
  const name = params.name ?? "";
  const filter = data?.find((f) => f.name === name);
  return (
    <Page title={texts.editTitle(name)} contentType="form">
      {error !== undefined && <LoadError error={error} retry={reload} />}
      {data && !filter && <Alert type="warning">{texts.notFound(name)}</Alert>}
      {filter && <FilterForm filter={filter} criteria={readCriteria(filter.findingCriteria.criterion ?? {}).criteria} />}
    </Page>
  );
}
