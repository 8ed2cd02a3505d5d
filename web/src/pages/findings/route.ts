import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/findings.ts";

const load = () => import("./Findings.tsx");
const ahead = async (region: string, query: URLSearchParams) => (await import("./first.ts")).readFirst(region, query);

const routes: Route[] = [
  { path: "findings", title: texts.title, may: "guardduty:ListFindings", load, ahead },
  { path: "findings/:id", title: texts.title, parent: "findings", load, ahead },
];

export default routes;
