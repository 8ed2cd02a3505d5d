import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { flash } from "../../api/flash.ts";
import { changePassword } from "../../api/security.ts";
import { useSession } from "../../api/session.ts";
import { texts } from "../../texts/security.ts";
import { texts as signIn } from "../../texts/signIn.ts";
import { Field } from "../sign-in/fields.tsx";
import { checkNew, type Entered, type Mistakes } from "../sign-in/steps.ts";

const blank: Entered = { kind: "user" };

export function Password() {
  const { user, account } = useSession();
  const [entered, setEntered] = useState(blank);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { password = "", newPassword = "", repeat = "" } = entered;
    const wrong = password ? checkNew(newPassword, repeat) : { password: signIn.needed(texts.current.toLowerCase()) };
    setMistakes(wrong);
    if (Object.keys(wrong).length || busy) return;
    setBusy(true);
    try {
      await changePassword(password, newPassword);
      setEntered(blank);
      flash.success(texts.passwordChanged);
    } catch (error) {
      flash.error(error);
    }
    setBusy(false);
  };
  const fields = { entered, mistakes, change: (some: Partial<Entered>) => setEntered({ ...entered, ...some }) };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Container header={<Header variant="h2">{texts.password}</Header>}>
        <Form
          actions={
            <Button formAction="submit" loading={busy}>
              {texts.changePassword}
            </Button>
          }
        >
          <SpaceBetween size="m">
            <input className="visually-hidden" autoComplete="username" value={user || account.email} readOnly tabIndex={-1} aria-hidden />
            <Field {...fields} name="password" label={texts.current} type="password" autoComplete="current-password" />
            <Field {...fields} name="newPassword" label={signIn.newPassword} hint={signIn.tooShort} type="password" autoComplete="new-password" />
            <Field {...fields} name="repeat" label={signIn.repeat} type="password" autoComplete="new-password" />
          </SpaceBetween>
        </Form>
      </Container>
    </form>
  );
}
