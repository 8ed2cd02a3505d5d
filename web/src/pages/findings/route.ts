import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/findings.ts";

const load = () => import("./Findings.tsx");

const routes: Route[] = [
  { path: "findings", title: texts.title, may: "guardduty:ListFindings", load },
  { path: "findings/:id", title: texts.title, parent: "findings", load },
];

export default routes;
