// Users, roles, policies and access keys, each in its tab.

import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { readIdentities, readKeys, readPolicies } from "../../api/identities.ts";
import { useLoad } from "../../api/load.ts";
import { useMay } from "../../api/permissions.ts";
import { Page } from "../../app/Page.tsx";
import { useQuery } from "../../app/router.ts";
import { texts } from "../../texts/users.ts";
import type { Told } from "./all.ts";
import { Identities } from "./Identities.tsx";
import { Keys } from "./Keys.tsx";
import { PoliciesTable } from "./PoliciesTable.tsx";
import { Secret } from "./Secret.tsx";

export default function Users() {
  const [query, change] = useQuery();
  const may = useMay();
  const users = useLoad("users", () => readIdentities("users"));
  const roles = useLoad("roles", () => readIdentities("roles"));
  const policies = useLoad("policies", readPolicies);
  const keys = useLoad("keys", readKeys);

  const [told, setTold] = useState<Told>();
  const all = { users, roles, policies, keys, mayChange: may("picket:ManageUsers"), tell: setTold };
  return (
    <Page title={texts.title} description={texts.description}>
      <Tabs
        ariaLabel={texts.title}
        activeTabId={query.get("tab") ?? "users"}
        onChange={({ detail }) => change({ tab: detail.activeTabId })}
        tabs={[
          { id: "users", label: texts.users, content: <Identities kind="users" {...all} /> },
          { id: "roles", label: texts.roles, content: <Identities kind="roles" {...all} /> },
          { id: "policies", label: texts.policies, content: <PoliciesTable {...all} /> },
          { id: "keys", label: texts.keys, content: <Keys {...all} /> },
        ]}
      />
      {told && <Secret told={told} onClose={() => setTold(undefined)} />}
    </Page>
  );
}
