import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/destinations.ts";

const routes: Route[] = [{ path: "destinations", title: texts.title, operator: true, load: () => import("./Destinations.tsx") }];

export default routes;
