import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/settings.ts";

const routes: Route[] = [{ path: "settings", title: texts.general, may: "guardduty:GetDetector", load: () => import("./Settings.tsx") }];

export default routes;
