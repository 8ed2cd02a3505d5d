// Findings as JSON, to be read, copied or kept as a file.

import type { Finding } from "@aws-sdk/client-guardduty";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Dialog } from "../../components/Dialog.tsx";
import { Pre } from "../../components/Pre.tsx";
import { texts } from "../../texts/findings.ts";
import { wire } from "./document.ts";

export function Json({ findings, close }: { findings: readonly Finding[]; close: () => void }) {
  const text = JSON.stringify(findings.map(wire), undefined, 2);
  const download = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = findings.length === 1 ? `finding-${findings[0]?.Id}.json` : "findings.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  return (
    <Dialog
      size="large"
      header={texts.jsonTitle(findings.length)}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyToClipboard copyButtonText={texts.copy} copySuccessText={texts.copied} copyErrorText={texts.notCopied} textToCopy={text} />
            <Button iconName="download" onClick={download}>
              {texts.download}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <Pre text={text} label={texts.jsonText} wrap />
    </Dialog>
  );
}
