import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/quarantine.ts";

const routes: Route[] = [{ path: "quarantine", title: texts.title, operator: true, load: () => import("./Quarantine.tsx") }];

export default routes;
