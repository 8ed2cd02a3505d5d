import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/settings.ts";

const routes: Route[] = [{ path: "settings", title: texts.title, may: "guardduty:GetDetector", load: () => import("./Settings.tsx") }];

export default routes;
