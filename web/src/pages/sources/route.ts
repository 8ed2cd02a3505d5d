import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/sources.ts";

const routes: Route[] = [
  { path: "sources", title: texts.title, operator: true, load: () => import("./Sources.tsx") },
  { path: "sources/add", title: texts.addTitle, operator: true, parent: "sources", load: () => import("./AddSource.tsx") },
];

export default routes;
