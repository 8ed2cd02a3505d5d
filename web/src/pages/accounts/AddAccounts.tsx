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
import { describe } from "../../api/errors.ts";
import { flash } from "../../api/flash.ts";
import { addMembers, useMembersIn } from "../../api/members.ts";
import { useOrganization } from "../../api/organization.ts";
import { useSession } from "../../api/session.ts";
import { useNarrow } from "../../app/narrow.ts";
import { Page } from "../../app/Page.tsx";
import { navigate, useHref, useRegion, useShown } from "../../app/router.ts";
import { Empty } from "../../components/Empty.tsx";
import { useFolded } from "../../components/folded.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { Parts } from "../../components/Parts.tsx";
import { texts } from "../../texts/accounts.ts";
import { EnterAccount } from "./EnterAccount.tsx";
import { doneBy, inEach, type Outcome } from "./outcome.ts";
import { inAll, type Known, type Listed, listedOf, type Staged, whereMissing } from "./staging.ts";
import { tell } from "./tell.ts";
import { UploadAccounts } from "./UploadAccounts.tsx";

interface Row extends Staged {
  problem?: string; // why it could not be added
}

export default function AddAccounts() {
  const region = useRegion();
  const href = useHref();
  const shown = useShown();
  const { account, regions } = useSession();
  const { administers } = useOrganization();
  const [chosen, setChosen] = useState([region]);
  const members = useMembersIn(regions);
  const [rows, setRows] = useState<Row[]>([]);
  const [busy, setBusy] = useState(false);
  const [missing, setMissing] = useState(false);

  const listed = useMemo(() => listedOf(members.data ?? new Map(), administers ? region : ""), [members.data, administers, region]);
  const known: Known = useMemo(
    () => ({ own: account.accountId, members: inAll(listed, chosen), staged: new Set(rows.map((r) => r.accountId)) }),
    [account.accountId, listed, chosen, rows],
  );
  const stage = (more: Staged[]) => {
    setMissing(false);
    setRows((before) => [...before, ...more]);
  };
  const add = async () => {
    if (!rows.length) return setMissing(true);
    setBusy(true);
    const missingIn = (where: string) => rows.filter((r) => !listed.get(where)?.has(r.accountId));
    const outcomes = await inEach(
      chosen,
      (where) => missingIn(where).map((r) => r.accountId),
      (where) => addMembers(where, missingIn(where)),
    );
    const done = doneBy(outcomes);
    const left = rows.map((r) => ({ ...r, problem: problemOf(r.accountId, outcomes) })).filter((r) => r.problem || known.members.has(r.accountId));
    const added = administers && done.regions.every((r) => r === region) ? texts.addedByOrganization : texts.added;
    if (!shown()) return tell(outcomes, regions.length > 1 ? "" : region, added);
    if (!left.length) navigate(href("accounts", chosen.includes(region) ? region : chosen[0]));
    if (done.accounts) flash.success(added(done.accounts, regions.length > 1 ? done.regions : []));
    if (!left.length) return;
    const failed = outcomes.find((o) => o.failed)?.failed;
    if (failed && !done.accounts) flash.error(failed.error);
    else flash.warning(texts.notAdded(left.length));
    setRows(left);
    void members.reload();
    setBusy(false);
  };
  return (
    <Page title={texts.addTitle} description={administers ? texts.addDescriptionOrganization : texts.addDescription}>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" href={href("accounts")}>
              {texts.cancel}
            </Button>
            <Button variant="primary" loading={busy} disabled={!chosen.length} onClick={() => void add().catch(flash.error)}>
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
                      description={members.refused.has(r) && describe(members.refused.get(r)).text}
                      onChange={({ detail }) => setChosen(regions.filter((each) => (each === r ? detail.checked : chosen.includes(each))))}
                    >
                      {r}
                    </Checkbox>
                  ))}
                </SpaceBetween>
              </FormField>
            </Container>
          )}
          <StagedTable rows={rows} listed={listed} chosen={chosen} onRemove={(id) => setRows(rows.filter((r) => r.accountId !== id))} />
        </SpaceBetween>
      </Form>
    </Page>
  );
}

// problemOf is why an account could not be added everywhere, and where it was.
function problemOf(id: string, outcomes: readonly Outcome[]): string | undefined {
  const wrong = outcomes.flatMap(({ region, refused, failed }) => {
    const reason = failed?.ids.includes(id) ? describe(failed.error).text : refused.find((r) => r.accountId === id)?.reason;
    return reason === undefined ? [] : [outcomes.length > 1 ? `${region}: ${reason}` : reason];
  });
  const added = outcomes.filter((o) => o.done.includes(id)).map((o) => o.region);
  return wrong.length ? [...wrong, ...(added.length ? [texts.addedIn(added)] : [])].join(" · ") : undefined;
}

interface StagedProps {
  rows: Row[];
  listed: Listed;
  chosen: string[];
  onRemove: (id: string) => void;
}

function StagedTable({ rows, listed, chosen, onRemove }: StagedProps) {
  const narrow = useNarrow();
  const already = (id: string) => {
    const missing = whereMissing(id, listed, chosen);
    return missing.length === chosen.length ? undefined : texts.alreadyIn(chosen.filter((r) => !missing.includes(r)), missing);
  };
  const columns: TableProps.ColumnDefinition<Row>[] = [
    { id: "accountId", header: texts.accountId, cell: (r) => r.accountId, isRowHeader: true },
    { id: "email", header: texts.columns.email, cell: (r) => <Parts of={r.email} /> },
    ...(rows.some((r) => r.problem || already(r.accountId))
      ? [{ id: "note", header: texts.note, cell: (r: Row) => (r.problem ? <Box color="text-status-error">{r.problem}</Box> : already(r.accountId)) }]
      : []),
    {
      id: "remove",
      header: texts.remove,
      minWidth: narrow ? 80 : 110,
      cell: (r) => (
        <Button variant={narrow ? "inline-icon" : "inline-link"} iconName={narrow ? "remove" : undefined} ariaLabel={texts.removeOf(r.accountId)} onClick={() => onRemove(r.accountId)}>
          {texts.remove}
        </Button>
      ),
    },
  ];
  return (
    <Table
      items={rows}
      columnDefinitions={useFolded(columns, (c) => c.id === "remove")}
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
