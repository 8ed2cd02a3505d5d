// A dialog, for as long as it is rendered. When it is gone, the keyboard is at what opened it.

import Modal, { type ModalProps } from "@cloudscape-design/components/modal";
import { useEffect, useState } from "react";
import { texts } from "../texts/shell.ts";

export function Dialog(props: Omit<ModalProps, "visible" | "closeAriaLabel">) {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus();
    },
    [opener],
  );
  return <Modal visible closeAriaLabel={texts.close} {...props} />;
}
