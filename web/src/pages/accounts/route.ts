import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/accounts.ts";

const routes: Route[] = [
  { path: "accounts", title: texts.title, load: () => import("./Accounts.tsx") },
  { path: "accounts/add", title: texts.addTitle, may: "guardduty:CreateMembers", parent: "accounts", load: () => import("./AddAccounts.tsx") },
  { path: "accounts/:account", title: texts.member, parent: "accounts", load: () => import("./MemberPage.tsx") },
];

export default routes;
