// A dialog, for as long as it is rendered. When it is gone, the keyboard is at what opened it, or near it.

import Modal, { type ModalProps } from "@cloudscape-design/components/modal";
import { useEffect, useState } from "react";
import { keepFocus } from "../app/focus.ts";
import { texts } from "../texts/shell.ts";

export function Dialog(props: Omit<ModalProps, "visible" | "closeAriaLabel">) {
  const [back] = useState(keepFocus);
  useEffect(() => back, [back]);
  return <Modal visible closeAriaLabel={texts.close} {...props} />;
}
