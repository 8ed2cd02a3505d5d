import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/audit.ts";

const routes: Route[] = [{ path: "audit", title: texts.title, may: "picket:ListAuditRecords", load: () => import("./Audit.tsx") }];

export default routes;
