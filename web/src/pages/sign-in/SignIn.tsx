// The sign-in: who, then the second factor or a new password if the server asks for them. It is shown at the address that one
// wanted, so that one is there once signed in.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useEffect, useState } from "react";
import { CallError } from "../../api/call.ts";
import { describe } from "../../api/errors.ts";
import { signIn } from "../../api/session.ts";
import { recall, remember } from "../../app/memory.ts";
import { texts } from "../../texts/signIn.ts";
import { texts as shell } from "../../texts/shell.ts";
import { CodeFields, NewPasswordFields, WhoFields } from "./fields.tsx";
import { check, credentials, type Entered, type Mistakes, type Step } from "./steps.ts";

const titles: Record<Step, string> = { who: texts.title, code: texts.codeTitle, newPassword: texts.newPasswordTitle };

export default function SignIn({ ended }: { ended: boolean }) {
  const [entered, setEntered] = useState<Entered>({ kind: recall("signIn") === "root" ? "root" : "user", account: recall("account") ?? "" });
  const [step, setStep] = useState<Step>("who");
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [problem, setProblem] = useState<{ header: string; text: string }>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${titles[step]} · ${shell.product}`;
  }, [step]);

  const change = (fields: Partial<Entered>) => {
    setEntered((before) => ({ ...before, ...fields }));
    setMistakes({});
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = check(entered, step);
    setMistakes(wrong);
    if (Object.keys(wrong).length || busy) return;
    setBusy(true);
    setProblem(undefined);
    remember("signIn", entered.kind);
    remember("account", entered.kind === "user" ? (entered.account ?? "") : "");
    try {
      await signIn(credentials(entered));
    } catch (error) {
      refused(error);
      setBusy(false);
    }
  };
  const refused = (error: unknown) => {
    const code = error instanceof CallError ? error.code : "";
    if (code === "CodeRequired") return setStep("code");
    if (code === "SignInRefused" && step === "code") {
      change({ code: "" });
      return setMistakes({ code: texts.codeWrong }); // all else was right when the code was asked for
    }
    if (code === "NewPasswordRequired") return setStep("newPassword");
    if (code === "SignInRefused") {
      setStep("who");
      change({ password: "", code: "", newPassword: "", repeat: "" });
      return setProblem({ header: texts.refused, text: texts.refusedHint[entered.kind] });
    }
    setProblem(describe(error));
  };

  const fields = { entered, mistakes, change };
  return (
    <main className="sign-in">
      <div>
        <form onSubmit={(event) => void submit(event)} noValidate>
          <SpaceBetween size="l">
            {ended && !problem && <Alert type="info">{texts.ended}</Alert>}
            {problem && (
              <Alert type="error" header={problem.header}>
                {problem.text}
              </Alert>
            )}
            <Container header={<Header variant="h1">{titles[step]}</Header>}>
              <Form
                actions={
                  <SpaceBetween direction="horizontal" size="xs">
                    {step !== "who" && (
                      <Button formAction="none" variant="link" onClick={() => setStep("who")}>
                        {texts.back}
                      </Button>
                    )}
                    <Button variant="primary" formAction="submit" loading={busy}>
                      {texts.submit}
                    </Button>
                  </SpaceBetween>
                }
              >
                {step === "who" && <WhoFields {...fields} />}
                {step === "code" && <CodeFields {...fields} />}
                {step === "newPassword" && <NewPasswordFields {...fields} />}
              </Form>
            </Container>
          </SpaceBetween>
        </form>
      </div>
    </main>
  );
}
