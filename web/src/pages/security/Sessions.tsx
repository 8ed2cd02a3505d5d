import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { useLoad } from "../../api/load.ts";
import { endSession, type OpenSession, openSessions } from "../../api/security.ts";
import { browserName } from "../../components/browser.ts";
import { useFolded } from "../../components/folded.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/security.ts";

export function Sessions() {
  const { data, error, loading, reload } = useLoad("sessions", openSessions);
  const [ending, setEnding] = useState<string>();

  const end = async ({ id }: OpenSession) => {
    setEnding(id);
    try {
      await endSession(id);
      flash.success(texts.sessionEnded);
    } catch (failed) {
      flash.error(failed);
    }
    await reload();
    setEnding(undefined);
  };
  const all: TableProps.ColumnDefinition<OpenSession>[] = [
    { id: "agent", header: texts.agent, cell: (s) => <span title={s.userAgent}>{browserName(s.userAgent) || texts.unknown}</span>, isRowHeader: true },
    { id: "ip", header: texts.ip, cell: (s) => s.sourceIp },
    { id: "created", header: texts.created, cell: (s) => <Time at={s.createdAt} zone />, minWidth: 125 },
    { id: "seen", header: texts.seen, cell: (s) => <Time at={s.seenAt} zone />, minWidth: 125 },
    {
      id: "end",
      header: texts.action,
      minWidth: 136,
      cell: (s) =>
        s.current ? (
          <StatusIndicator type="success">{texts.this}</StatusIndicator>
        ) : (
          <Button variant="inline-link" ariaLabel={texts.endOf(browserName(s.userAgent))} loading={ending === s.id} onClick={() => void end(s)}>
            {texts.end}
          </Button>
        ),
    },
  ];
  const columns = useFolded(all, (c) => c.id === "end");
  return (
    <Table
      items={data ?? []}
      columnDefinitions={columns}
      trackBy="id"
      loading={loading && !data}
      loadingText={texts.loadingSessions}
      wrapLines
      stickyColumns={{ last: 1 }}
      header={
        <Header variant="h2" description={texts.sessionsDescription} counter={data && `(${data.length})`}>
          {texts.sessions}
        </Header>
      }
      empty={error ? <LoadError error={error} retry={reload} /> : <Box>{texts.noSessions}</Box>}
    />
  );
}
