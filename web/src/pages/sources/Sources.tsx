import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { useLoad } from "../../api/load.ts";
import { readStatus, type SourceStatus, type Status } from "../../api/operator.ts";
import { Page } from "../../app/Page.tsx";
import { useHref } from "../../app/router.ts";
import { Empty } from "../../components/Empty.tsx";
import { Listing } from "../../components/Listing.tsx";
import { StatusIndicator, type StatusIndicatorProps } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/sources.ts";
import { PauseSource, RemoveSource } from "./dialogs.tsx";
import { duration, isPush, lagOf, pushes, stateOf, type State } from "./logic.ts";
import { TestDialog } from "./TestDialog.tsx";

type Action = keyof typeof texts.actions;

const names = texts.columns;

export default function Sources() {
  const href = useHref();
  const status = useLoad("operator/status", readStatus);
  const [dialog, setDialog] = useState<{ action: Action; of: SourceStatus }>();
  const close = () => {
    setDialog(undefined);
    void status.reload();
  };
  const add = (
    <Button variant="primary" href={href("sources/add")}>
      {texts.add}
    </Button>
  );
  return (
    <Page title={texts.title} bare>
      <Listing
        page
        title={texts.title}
        about={texts.description}
        loadingText={texts.loading}
        loaded={{ ...status, data: status.data?.sources }}
        id={(s) => s.id}
        search={(s) => [s.id, s.location, s.accountId ?? "", s.region ?? "", texts.states[stateOf(s)]]}
        columns={columnsOf((action, of) => setDialog({ action, of }))}
        acts
        actions={add}
        above={status.data && <Health status={status.data} />}
        empty={<Empty title={texts.empty} hint={texts.emptyHint} action={add} />}
      />
      {dialog?.action === "test" && <TestDialog of={dialog.of} onClose={close} />}
      {(dialog?.action === "pause" || dialog?.action === "resume") && <PauseSource of={dialog.of} onClose={close} />}
      {dialog?.action === "remove" && <RemoveSource of={dialog.of} onClose={close} />}
    </Page>
  );
}

// Health is how the server as a whole gets on.
function Health({ status }: { status: Status }) {
  const href = useHref();
  const silent = status.silent ?? [];
  return (
    <SpaceBetween size="m">
      {status.failing && (
        <Alert type="error" header={texts.failingTitle}>
          <span className="written">{status.failing}</span>
        </Alert>
      )}
      <KeyValuePairs
        columns={3}
        items={[
          { label: texts.waiting, value: texts.objects(status.waiting) },
          { label: texts.unread, value: status.unread ? <Link href={href("quarantine")}>{texts.places(status.unread)}</Link> : texts.nothing },
          {
            label: texts.silentAccounts,
            value: silent.length ? (
              <Popover
                header={texts.silentAccounts}
                size="large"
                content={
                  <ul>
                    {silent.map((s) => (
                      <li key={`${s.accountId}/${s.region}/${s.kind}`}>
                        {texts.silenceOf(s.accountId, s.region, s.kind)}, <Time at={s.since * 1000} />
                      </li>
                    ))}
                  </ul>
                }
              >
                {texts.silences(silent.length)}
              </Popover>
            ) : (
              texts.nothing
            ),
          },
        ]}
      />
    </SpaceBetween>
  );
}

function columnsOf(act: (action: Action, of: SourceStatus) => void): TableProps.ColumnDefinition<SourceStatus>[] {
  return [
    { id: "id", header: names.id, cell: (s) => s.id, sortingField: "id", isRowHeader: true, minWidth: 100 },
    { id: "state", header: names.state, cell: (s) => <StateText of={s} />, minWidth: 140 },
    { id: "location", header: names.location, cell: location, sortingField: "location", minWidth: 170 },
    { id: "of", header: names.of, cell: (s) => [s.accountId, s.region].filter(Boolean).join(", ") || texts.everyone, minWidth: 120 },
    { id: "objects", header: names.objects, cell: (s) => s.objects.toLocaleString("en"), sortingField: "objects", minWidth: 95 },
    { id: "last", header: names.last, cell: (s) => (s.last ? <Time at={s.last * 1000} /> : texts.dash), sortingField: "last", minWidth: 125 },
    { id: "lag", header: names.lag, cell: lag, minWidth: 100 },
    {
      id: "actions",
      header: names.action,
      cell: (s) =>
        s.id !== pushes && (
          <ButtonDropdown
            variant="inline-icon"
            ariaLabel={texts.actionsOf(s.id)}
            expandToViewport
            items={(["test", s.paused ? "resume" : "pause", "remove"] as Action[]).map((id) => ({ id, text: texts.actions[id] }))}
            onItemClick={({ detail }) => act(detail.id as Action, s)}
          />
        ),
      minWidth: 80,
    },
  ];
}

function location(s: SourceStatus) {
  if (s.id === pushes) return texts.pushes;
  return isPush(s) ? texts.firehose(s.id) : s.location;
}

function lag(s: SourceStatus) {
  const seconds = lagOf(s, Date.now() / 1000);
  if (seconds === undefined || s.paused || s.failed || isPush(s)) return texts.dash;
  return <span title={new Date((s.through ?? 0) * 1000).toISOString()}>{seconds > 60 ? texts.behind(duration(seconds)) : texts.now}</span>;
}

const indicators: Record<State, StatusIndicatorProps.Type> = {
  read: "success",
  pushed: "success",
  paused: "stopped",
  none: "pending",
  silent: "warning",
  failed: "error",
};

function StateText({ of }: { of: SourceStatus }) {
  const state = stateOf(of);
  const why = whyState(of, state);
  return (
    <>
      <StatusIndicator type={of.silent && state === "none" ? "warning" : indicators[state]}>{texts.states[state]}</StatusIndicator>
      {why && (
        <Box color="text-body-secondary" fontSize="body-s">
          <span className="written">{why}</span>
        </Box>
      )}
    </>
  );
}

function whyState(of: SourceStatus, state: State): string | undefined {
  if (state === "failed") return of.failed;
  if (state === "silent") return texts.silentSince;
  if (state === "none") return texts.addedAgo(duration(Math.max(0, Date.now() - of.createdAt) / 1000));
}
