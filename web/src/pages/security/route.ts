import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/security.ts";

const routes: Route[] = [{ path: "security", title: texts.title, global: true, load: () => import("./Security.tsx") }];

export default routes;
