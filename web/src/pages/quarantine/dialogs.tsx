// What is asked before records are read again or forgotten: what will happen.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { each, type Outcome } from "../../api/each.ts";
import { describe } from "../../api/errors.ts";
import { flash } from "../../api/flash.ts";
import { forgetUnread, replayUnread, type Unread } from "../../api/operator.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/quarantine.ts";

interface Props {
  all: Unread[];
  onClose: () => void;
}

export function ReadAgain({ all, onClose }: Props) {
  const lost = all.reduce((sum, u) => sum + (u.lost ?? 0), 0);
  const act = async () => {
    const outcome = await each(all, (u) => replayUnread(u.id));
    if (outcome.done.length) flash.success(texts.replayed(outcome.done.length));
    tellFailed(outcome);
  };
  return (
    <Confirm title={texts.replayTitle(all.length)} submit={texts.replay} act={act} onClose={onClose}>
      <Box>{texts.replayBefore}</Box>
      {lost > 0 && <Alert type="warning">{texts.replayLost(lost)}</Alert>}
    </Confirm>
  );
}

export function Forget({ all, onClose }: Props) {
  const act = async () => {
    const outcome = await each(all, (u) => forgetUnread(u.id));
    if (outcome.done.length) flash.success(texts.forgotten(outcome.done.length));
    tellFailed(outcome);
  };
  return (
    <Confirm title={texts.forgetTitle(all.length)} submit={texts.forget} act={act} onClose={onClose}>
      <Box>{texts.forgetBefore}</Box>
    </Confirm>
  );
}

function tellFailed({ failed, error }: Outcome<unknown>) {
  if (failed) flash.warning(describe(error).text, texts.failed(failed));
}
