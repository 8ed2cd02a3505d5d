import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/summary.ts";

const routes: Route[] = [{ path: "summary", title: texts.title, load: () => import("./Summary.tsx") }];

export default routes;
