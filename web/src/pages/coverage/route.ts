import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/coverage.ts";

const routes: Route[] = [{ path: "coverage", title: texts.title, may: "guardduty:ListCoverage", load: () => import("./Coverage.tsx") }];

export default routes;
