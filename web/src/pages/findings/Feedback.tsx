// What one thinks of a finding, and why: a comment goes with the feedback.

import type { Finding } from "@aws-sdk/client-guardduty";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";
import ToggleButton from "@cloudscape-design/components/toggle-button";
import { useState } from "react";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/findings.ts";
import type { Action, Actions } from "./useActions.ts";

interface Props {
  id: string;
  api: Finding;
  comments: string | undefined; // given already; undefined for who may not see them, and so can't change them
  actions: Actions;
}

export function Feedback({ id, api, comments, actions }: Props) {
  const [commenting, setCommenting] = useState<Action>(); // on which verdict, whatever another gives meanwhile
  const given = api.Service?.UserFeedback;
  const action: Action | undefined = given === "USEFUL" ? "useful" : given === "NOT_USEFUL" ? "notUseful" : undefined;
  const toggle = (of: Action, icon: "thumbs-up" | "thumbs-down") => (
    <ToggleButton
      iconName={icon}
      pressedIconName={`${icon}-filled`}
      pressed={action === of}
      loading={actions.doing === of && !commenting}
      onChange={() => void actions.run(of, [id])}
    >
      {texts[of]}
    </ToggleButton>
  );
  return (
    <SpaceBetween direction="horizontal" size="xs">
      {toggle("useful", "thumbs-up")}
      {toggle("notUseful", "thumbs-down")}
      {action && comments !== undefined && (
        <Button iconName="edit" onClick={() => setCommenting(action)}>
          {comments ? texts.comment.change : texts.comment.add}
        </Button>
      )}
      {commenting && <Comment first={comments ?? ""} send={(text) => actions.attempt(commenting, [id], text)} close={() => setCommenting(undefined)} />}
    </SpaceBetween>
  );
}

function Comment({ first, send, close }: { first: string; send: (text: string) => Promise<void>; close: () => void }) {
  const [text, setText] = useState(first);
  return (
    <Confirm title={texts.comment.title} submit={texts.comment.save} act={() => send(text.trim())} onClose={close}>
      <FormField label={texts.comment.label} description={texts.comment.hint}>
        <Textarea value={text} rows={4} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
    </Confirm>
  );
}
