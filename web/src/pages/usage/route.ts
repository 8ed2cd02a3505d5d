import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/usage.ts";

const routes: Route[] = [{ path: "usage", title: texts.title, may: "guardduty:GetUsageStatistics", load: () => import("./Usage.tsx") }];

export default routes;
