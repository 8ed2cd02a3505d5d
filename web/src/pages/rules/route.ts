import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/rules.ts";

const routes: Route[] = [{ path: "rules", title: texts.title, may: "guardduty:ListCustomDetectionRules", load: () => import("./Rules.tsx") }];

export default routes;
