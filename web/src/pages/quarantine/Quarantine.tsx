import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { useLoad } from "../../api/load.ts";
import { readUnread, type Unread } from "../../api/operator.ts";
import { Page } from "../../app/Page.tsx";
import { Empty } from "../../components/Empty.tsx";
import { Listing } from "../../components/Listing.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/quarantine.ts";
import { Forget, ReadAgain } from "./dialogs.tsx";
import { UnreadPanel } from "./UnreadPanel.tsx";
import { records } from "./words.ts";

const names = texts.columns;

export default function Quarantine() {
  const unread = useLoad("operator/quarantine", readUnread);
  const [chosen, setChosen] = useState<Unread[]>([]);
  const [open, setOpen] = useState<Unread>();
  const [dialog, setDialog] = useState<"replay" | "forget">();
  const close = () => {
    setDialog(undefined);
    setChosen([]);
    setOpen(undefined);
    void unread.reload();
  };
  const columns: TableProps.ColumnDefinition<Unread>[] = [
    { id: "at", header: names.at, cell: (u) => <Time at={u.at} />, sortingField: "at", minWidth: 125 },
    {
      id: "reason",
      header: names.reason,
      cell: (u) => (
        <Button variant="inline-link" onClick={() => setOpen(u)}>
          {u.reason}
        </Button>
      ),
      isRowHeader: true,
      minWidth: 190,
    },
    { id: "object", header: names.object, cell: (u) => <span className="written">{u.object}</span>, sortingField: "object", minWidth: 190 },
    { id: "count", header: names.count, cell: records, minWidth: 90 },
    { id: "source", header: names.source, cell: (u) => u.source, sortingField: "source", minWidth: 90 },
    { id: "of", header: names.of, cell: (u) => [u.accountId, u.region].filter(Boolean).join(", ") || texts.dash, minWidth: 125 },
  ];
  return (
    <Page
      title={texts.title}
      bare
      splitPanel={open && <UnreadPanel of={open} />}
      splitPanelOpen={Boolean(open)}
      splitPanelOf={open && String(open.id)}
      onSplitPanelToggle={(shown) => !shown && setOpen(undefined)}
    >
      <Listing
        page
        title={texts.title}
        about={texts.description}
        loadingText={texts.loading}
        loaded={unread}
        newestFirst
        id={(u) => u.id}
        name={(u) => u.object}
        search={(u) => [u.reason, u.object, u.source, u.accountId ?? "", u.sample ?? ""]}
        columns={columns}
        selected={chosen}
        onSelect={setChosen}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!chosen.length} onClick={() => setDialog("forget")}>
              {texts.forget}
            </Button>
            <Button variant="primary" disabled={!chosen.length} onClick={() => setDialog("replay")}>
              {texts.replay}
            </Button>
          </SpaceBetween>
        }
        empty={<Empty title={texts.empty} hint={texts.emptyHint} />}
      />
      {dialog === "replay" && <ReadAgain all={chosen} onClose={close} />}
      {dialog === "forget" && <Forget all={chosen} onClose={close} />}
    </Page>
  );
}
