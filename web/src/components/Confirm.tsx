// A dialog that says what will happen, and does it when told to. It closes when that is done; an error is shown in it.
// An act that answers false did nothing, and has shown why in the dialog itself.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type ReactNode, useState } from "react";
import { describe, type Described } from "../api/errors.ts";
import { texts } from "../texts/shell.ts";
import { Dialog } from "./Dialog.tsx";

interface Props {
  title: string;
  submit: string;
  disabled?: boolean;
  size?: "small" | "medium" | "large";
  act: () => Promise<void | false>; // what it throws is shown
  onClose: () => void;
  children: ReactNode;
}

export function Confirm({ title, submit, disabled, size, act, onClose, children }: Props) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Described>();
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      if ((await act()) !== false) return onClose();
      setBusy(false);
    } catch (error) {
      setProblem(describe(error));
      setBusy(false);
    }
  };
  const footer = (
    <Box float="right">
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="link" disabled={busy} onClick={onClose}>
          {texts.cancel}
        </Button>
        <Button variant="primary" disabled={disabled} loading={busy} onClick={() => void run()}>
          {submit}
        </Button>
      </SpaceBetween>
    </Box>
  );
  return (
    <Dialog header={title} size={size} footer={footer} onDismiss={() => !busy && onClose()}>
      <SpaceBetween size="m">
        {children}
        {problem && (
          <Alert type="error" header={problem.header}>
            {problem.text}
          </Alert>
        )}
      </SpaceBetween>
    </Dialog>
  );
}
