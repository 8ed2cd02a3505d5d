import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/lists.ts";

const routes: Route[] = [{ path: "lists", title: texts.title, may: "guardduty:ListThreatIntelSets", load: () => import("./Lists.tsx") }];

export default routes;
