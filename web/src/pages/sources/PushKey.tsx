// The key of a source that is pushed to.

import Box from "@cloudscape-design/components/box";
import type { Source } from "../../api/operator.ts";
import { ShownOnce } from "../../components/ShownOnce.tsx";
import { texts } from "../../texts/sources.ts";

export function PushKey({ of, onClose }: { of: Source; onClose: () => void }) {
  const items = [
    { label: texts.pushUrl, value: `${location.origin}/firehose/${of.id}` },
    { label: texts.pushKey, value: of.key ?? "" },
  ];
  return (
    <ShownOnce title={texts.pushTitle} warning={texts.pushOnce} items={items} onClose={onClose}>
      <Box color="text-body-secondary">{texts.pushHint}</Box>
    </ShownOnce>
  );
}
