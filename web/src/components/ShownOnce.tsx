// A dialog for what is shown once: a password or a key. It goes by its buttons alone, not by a click beside it.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";
import { texts } from "../texts/once.ts";
import { Dialog } from "./Dialog.tsx";

interface Props {
  title: string;
  warning: string;
  items: { label: string; value: string }[];
  onClose: () => void;
  children?: ReactNode;
}

export function ShownOnce({ title, warning, items, onClose, children }: Props) {
  const footer = (
    <Box float="right">
      <Button variant="primary" onClick={onClose}>
        {texts.done}
      </Button>
    </Box>
  );
  return (
    <Dialog header={title} footer={footer} onDismiss={({ detail }) => detail.reason !== "overlay" && onClose()}>
      <SpaceBetween size="m">
        <Alert type="warning">{warning}</Alert>
        <KeyValuePairs items={items.map(({ label, value }) => ({ label, value: <Copied label={label} value={value} /> }))} />
        {children}
      </SpaceBetween>
    </Dialog>
  );
}

function Copied({ label, value }: { label: string; value: string }) {
  return (
    <CopyToClipboard
      variant="inline"
      copyButtonAriaLabel={texts.copy(label)}
      textToCopy={value}
      copySuccessText={texts.copied}
      copyErrorText={texts.notCopied}
    />
  );
}
