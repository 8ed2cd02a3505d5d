import type { Route } from "../../app/routes.ts";
import { texts } from "../../texts/accounts.ts";

const routes: Route[] = [
  { path: "accounts", title: texts.title, may: ["guardduty:ListMembers", "guardduty:GetAdministratorAccount"], load: () => import("./Accounts.tsx") },
  { path: "accounts/add", title: texts.addTitle, may: "guardduty:CreateMembers", parent: "accounts", load: () => import("./AddAccounts.tsx") },
  { path: "accounts/:account", title: texts.member, may: "guardduty:GetMembers", parent: "accounts", load: () => import("./MemberPage.tsx") },
];

export default routes;
