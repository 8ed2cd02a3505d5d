import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/invitations.ts";

// The mail's link names no region in its path: it opens Follow, which goes on to the page of the region that it names.
const routes: Route[] = [
  { path: "invitations", title: texts.title, may: "guardduty:ListInvitations", load: () => import("./Invitations.tsx") },
  { path: "invitations", title: texts.title, global: true, load: () => import("./Follow.tsx") },
];

export default routes;
