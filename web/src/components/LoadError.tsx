// What stands where something could not be read.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { describe } from "../api/errors.ts";
import { texts } from "../texts/shell.ts";

export function LoadError({ error, retry }: { error: unknown; retry: () => unknown }) {
  const { header, text } = describe(error);
  return (
    <Alert type="error" header={header} action={<Button onClick={() => void retry()}>{texts.tryAgain}</Button>}>
      {text}
    </Alert>
  );
}
