// What can be done with the findings that are selected.

import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { useState } from "react";
import { texts } from "../../texts/findings.ts";
import type { Row } from "./columns.tsx";
import { Json } from "./Json.tsx";
import type { Action, Actions } from "./useActions.ts";

interface Props {
  selected: readonly Row[];
  archived: boolean;
  actions: Actions;
  done: () => void;
}

export function BulkActions({ selected, archived, actions, done }: Props) {
  const [json, setJson] = useState(false);
  const possible: Action[] = [archived ? "unarchive" : "archive", "useful", "notUseful"];
  const run = async (id: string) => {
    if (id === "json") return setJson(true);
    if (await actions.run(id as Action, selected.map((r) => r.id))) done();
  };
  return (
    <>
      <ButtonDropdown
        disabled={!selected.length}
        loading={Boolean(actions.doing)}
        expandToViewport
        items={[...possible.filter(actions.allowed).map((id) => ({ id, text: texts[id] })), { id: "json", text: texts.json }]}
        onItemClick={({ detail }) => void run(detail.id)}
      >
        {texts.actions}
      </ButtonDropdown>
      {json && <Json findings={selected.map((r) => r.finding)} close={() => setJson(false)} />}
    </>
  );
}
