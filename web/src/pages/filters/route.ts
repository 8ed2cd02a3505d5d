import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/filters.ts";

const routes: Route[] = [
  { path: "filters", title: texts.title, may: "guardduty:ListFilters", load: () => import("./Filters.tsx") },
  { path: "filters/create", title: texts.createTitle, may: "guardduty:CreateFilter", parent: "filters", load: () => import("./CreateFilter.tsx") },
  { path: "filters/edit/:name", title: texts.edit, may: "guardduty:UpdateFilter", parent: "filters", load: () => import("./EditFilter.tsx") },
];

export default routes;
