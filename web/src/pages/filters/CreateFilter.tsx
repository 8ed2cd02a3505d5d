import { useMemo } from "react";
import { Page } from "../../app/Page.tsx";
import { useQuery } from "../../app/router.ts";
import { ServiceOff } from "../../components/EnableService.tsx";
import { texts } from "../../texts/filters.ts";
import { parseCriteria } from "./criteria.ts";
import { FilterForm } from "./FilterForm.tsx";

// ?criteria={…} begins with these.
export default function CreateFilter() {
  const [query] = useQuery();
  const asked = query.get("criteria");
  const criteria = useMemo(() => (asked ? parseCriteria(asked).criteria : {}), [asked]);
  return (
    <Page title={texts.createTitle} contentType="form">
      <ServiceOff />
      <FilterForm criteria={criteria} />
    </Page>
  );
}
