// What can be done with the findings that are selected, and with those to come that meet the conditions.

import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { useState } from "react";
import { useMay } from "../../api/permissions.ts";
import { texts } from "../../texts/findings.ts";
import type { Shown } from "./address.ts";
import type { Row } from "./columns.tsx";
import { Json } from "./Json.tsx";
import { noRule, SaveFilter } from "./SaveFilter.tsx";
import type { Action, Actions } from "./useActions.ts";

interface Props {
  region: string;
  detector: string | undefined;
  selected: readonly Row[];
  shown: Shown;
  actions: Actions;
  reload: () => Promise<unknown>;
  done: () => void;
}

export function BulkActions({ region, detector, selected, shown, actions, reload, done }: Props) {
  const may = useMay();
  const [opened, setOpened] = useState<"json" | "suppress">();
  const close = () => setOpened(undefined);
  const possible: Action[] = [shown.archived ? "unarchive" : "archive", "useful", "notUseful"];
  const item = (id: Action | "json" | "suppress", text: string, disabledReason: string | undefined) => ({ id, text, disabledReason, disabled: Boolean(disabledReason) });
  const none = selected.length ? undefined : texts.selectFirst;
  const run = async (id: string) => {
    if (id === "json" || id === "suppress") return setOpened(id);
    if (await actions.run(id as Action, selected.map((r) => r.id))) done();
  };
  return (
    <>
      <ButtonDropdown
        loading={Boolean(actions.doing)}
        expandToViewport
        items={[
          ...possible.filter(actions.allowed).map((id) => item(id, texts.mark[id] ?? texts[id], none)),
          item("json", texts.json, none),
          ...(may("guardduty:CreateFilter") ? [item("suppress", texts.suppress.title, noRule(shown))] : []),
        ]}
        onItemClick={({ detail }) => void run(detail.id)}
      >
        {texts.actions}
      </ButtonDropdown>
      {opened === "json" && <Json findings={selected.map((r) => r.finding)} close={close} />}
      {opened === "suppress" && detector && <SaveFilter region={region} detector={detector} criterion={shown.criterion} suppress close={close} done={reload} />}
    </>
  );
}
