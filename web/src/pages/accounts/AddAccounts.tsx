// Adds members: rows entered or uploaded gather in a list that can be looked through, and are added together.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useMemo, useState } from "react";
import { flash } from "../../api/flash.ts";
import { addMembers, useMembers } from "../../api/members.ts";
import { useSession } from "../../api/session.ts";
import { Page } from "../../app/Page.tsx";
import { navigate, useHref, useRegion } from "../../app/router.ts";
import { Empty } from "../../components/Empty.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { texts } from "../../texts/accounts.ts";
import { EnterAccount } from "./EnterAccount.tsx";
import type { Known, Staged } from "./staging.ts";
import { UploadAccounts } from "./UploadAccounts.tsx";

interface Row extends Staged {
  problem?: string; // why it could not be added
}

export default function AddAccounts() {
  const region = useRegion();
  const href = useHref();
  const { account, regions } = useSession();
  const [chosen, setChosen] = useState([region]);
  const members = useMembers();
  const [rows, setRows] = useState<Row[]>([]);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);

  const known: Known = useMemo(
    () => ({
      own: account.accountId,
      // Who was removed can be added again.
      members: new Set(members.data?.filter((m) => m.status !== "Removed").map((m) => m.accountId)),
      staged: new Set(rows.map((r) => r.accountId)),
    }),
    [account.accountId, members.data, rows],
  );
  const stage = (more: Staged[]) => {
    setMissing(false);
    setRows((before) => [...before, ...more]);
  };
  const add = async () => {
    if (!rows.length) return setMissing(true);
    setBusy(true);
    try {
      const refused = new Map<string, string>();
      for (const where of chosen)
        for (const { accountId, reason } of await addMembers(where, rows)) {
          const text = chosen.length > 1 ? `${where}: ${reason}` : reason;
          refused.set(accountId, [refused.get(accountId), text].filter(Boolean).join(" · "));
        }
      const left = rows.filter((r) => refused.has(r.accountId)).map((r) => ({ ...r, problem: refused.get(r.accountId) }));
      const done = rows.length - left.length;
      if (done) flash.success(texts.added(done, chosen.length), { keep: !left.length });
      if (!left.length) return navigate(href("accounts"));
      flash.warning(texts.notAdded(left.length));
      setRows(left);
      void members.reload();
    } catch (error) {
      flash.error(error);
    }
    setBusy(false);
  };
  return (
    <Page title={texts.addTitle} description={texts.addDescription}>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" href={href("accounts")}>
              {texts.cancel}
            </Button>
            <Button variant="primary" loading={busy} disabled={!chosen.length} onClick={() => void add()}>
              {texts.next}
            </Button>
          </SpaceBetween>
        }
        errorText={missing && texts.stagedNone}
      >
        <SpaceBetween size="l">
          <ServiceOff />
          <EnterAccount known={known} onAdd={stage} />
          <UploadAccounts known={known} onAdd={stage} />
          {regions.length > 1 && (
            <Container header={<Header variant="h2">{texts.addRegions}</Header>}>
              <FormField description={texts.addRegionsHint}>
                <SpaceBetween size="m" direction="horizontal">
                  {regions.map((r) => (
                    <Checkbox
                      key={r}
                      checked={chosen.includes(r)}
                      onChange={({ detail }) => setChosen(regions.filter((each) => (each === r ? detail.checked : chosen.includes(each))))}
                    >
                      {r}
                    </Checkbox>
                  ))}
                </SpaceBetween>
              </FormField>
            </Container>
          )}
          <StagedTable rows={rows} onRemove={(id) => setRows(rows.filter((r) => r.accountId !== id))} />
        </SpaceBetween>
      </Form>
    </Page>
  );
}

function StagedTable({ rows, onRemove }: { rows: Row[]; onRemove: (id: string) => void }) {
  const columns: TableProps.ColumnDefinition<Row>[] = [
    { id: "accountId", header: texts.accountId, cell: (r) => r.accountId, isRowHeader: true },
    { id: "email", header: texts.email, cell: (r) => r.email },
    ...(rows.some((r) => r.problem)
      ? [{ id: "problem", header: texts.problem, cell: (r: Row) => <Box color="text-status-error">{r.problem ?? ""}</Box> }]
      : []),
    {
      id: "remove",
      header: texts.remove,
      minWidth: 110,
      cell: (r) => (
        <Button variant="inline-link" ariaLabel={texts.removeOf(r.accountId)} onClick={() => onRemove(r.accountId)}>
          {texts.remove}
        </Button>
      ),
    },
  ];
  return (
    <Table
      items={rows}
      columnDefinitions={columns}
      trackBy="accountId"
      wrapLines
      stickyColumns={{ last: 1 }}
      header={
        <Header variant="h2" counter={`(${rows.length})`}>
          {texts.staged}
        </Header>
      }
      empty={<Empty title={texts.stagedEmpty} hint={texts.stagedEmptyHint} />}
    />
  );
}
