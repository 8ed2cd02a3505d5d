import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/users.ts";

const routes: Route[] = [{ path: "users", title: texts.title, may: "picket:ListUsers", load: () => import("./Users.tsx") }];

export default routes;
