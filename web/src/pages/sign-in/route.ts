import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/signIn.ts";

// Who is signed in already and comes here is brought to the start.
const routes: Route[] = [{ path: "sign-in", title: texts.title, global: true, load: () => import("./Already.tsx") }];

export default routes;
