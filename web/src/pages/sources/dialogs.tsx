// What is asked before a source is paused, resumed or removed: what will happen.

import Box from "@cloudscape-design/components/box";
import { flash } from "../../api/flash.ts";
import { pauseSource, removeSource, type SourceStatus } from "../../api/operator.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { texts } from "../../texts/sources.ts";
import { isPush } from "./logic.ts";

interface Props {
  of: SourceStatus;
  onClose: () => void;
}

export function PauseSource({ of, onClose }: Props) {
  const act = async () => {
    await pauseSource(of.id, !of.paused);
    flash.success(of.paused ? texts.resumed(of.id) : texts.paused(of.id));
  };
  const before = of.paused ? texts.resumeBefore : isPush(of) ? texts.pushPauseBefore : texts.pauseBefore;
  return (
    <Confirm
      title={of.paused ? texts.resumeTitle(of.id) : texts.pauseTitle(of.id)}
      submit={of.paused ? texts.actions.resume : texts.actions.pause}
      act={act}
      onClose={onClose}
    >
      <Box>{before}</Box>
    </Confirm>
  );
}

export function RemoveSource({ of, onClose }: Props) {
  const act = async () => {
    await removeSource(of.id);
    flash.success(texts.removed(of.id));
  };
  return (
    <Confirm title={texts.removeTitle(of.id)} submit={texts.actions.remove} act={act} onClose={onClose}>
      <Box>
        {texts.removeBefore} {isPush(of) && texts.removePush}
      </Box>
    </Confirm>
  );
}
