// What stands where code could not be loaded: the server is away, or is of another release by now, with other files. As the browser
// keeps what failed, all is loaded anew: by itself once the server answers, but not over and over.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useCallback, useEffect, useState } from "react";
import { reachable } from "../api/call.ts";
import { returns } from "../api/events.ts";
import { useValue } from "../api/store.ts";
import { StatusIndicator } from "../components/StatusIndicator.tsx";
import { texts as errors } from "../texts/errors.ts";
import { texts } from "../texts/shell.ts";
import { leave, take } from "./memory.ts";

const apart = 60_000; // ms between two times that it is loaded anew by itself

export function NoCode() {
  const back = useValue(returns);
  const [away, setAway] = useState<boolean>(); // unknown at first
  const [busy, setBusy] = useState(false);
  const again = useCallback(async (asked: boolean) => {
    setBusy(true);
    const there = await reachable();
    const last = Number(take("anew") ?? 0);
    if (there && (asked || Date.now() - last > apart)) {
      leave("anew", String(Date.now()));
      location.reload();
      return;
    }
    leave("anew", String(last));
    setAway(!there);
    setBusy(false);
  }, []);
  useEffect(() => void again(false), [again, back]);

  return (
    <div className="sign-in">
      {away === undefined ? (
        <StatusIndicator type="loading">{texts.loading}</StatusIndicator>
      ) : (
        <Alert
          type="error"
          header={away ? errors.unreachable : texts.noCode}
          action={
            <Button loading={busy} onClick={() => void again(true)}>
              {texts.tryAgain}
            </Button>
          }
        >
          {away ? errors.unreachableHint : texts.noCodeHint}
        </Alert>
      )}
    </div>
  );
}
