import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import { type FormEvent, useRef, useState } from "react";
import { texts } from "../../texts/accounts.ts";
import { checkAccountId, checkEmail, type Known, type Staged } from "./staging.ts";

const blank = { accountId: "", email: "" };

export function EnterAccount({ known, onAdd }: { known: Known; onAdd: (rows: Staged[]) => void }) {
  const [entered, setEntered] = useState(blank);
  const [wrong, setWrong] = useState<Partial<typeof blank>>({});
  const first = useRef<InputProps.Ref>(null);

  const add = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    const row = { accountId: entered.accountId.replace(/[\s-]/g, ""), email: entered.email.trim() };
    const mistakes = { accountId: checkAccountId(row.accountId, known), email: checkEmail(row.email) };
    setWrong(mistakes);
    if (mistakes.accountId || mistakes.email) return;
    onAdd([row]);
    setEntered(blank);
    first.current?.focus();
  };
  const set = (field: Partial<typeof blank>) => {
    setEntered({ ...entered, ...field });
    setWrong({});
  };
  return (
    <form onSubmit={add} noValidate>
      <Container header={<Header variant="h2">{texts.enter}</Header>}>
        <Grid gridDefinition={[{ colspan: { default: 12, s: 4 } }, { colspan: { default: 12, s: 6 } }, { colspan: { default: 12, s: 2 } }]}>
          <FormField label={texts.accountId} constraintText={texts.accountIdHint} errorText={wrong.accountId}>
            <Input ref={first} value={entered.accountId} inputMode="numeric" autoComplete="off" onChange={({ detail }) => set({ accountId: detail.value })} />
          </FormField>
          <FormField label={texts.email} constraintText={texts.emailHint} errorText={wrong.email}>
            <Input value={entered.email} type="email" autoComplete="off" onChange={({ detail }) => set({ email: detail.value })} />
          </FormField>
          <div className="beside-fields">
            <Button formAction="submit">{texts.addOne}</Button>
          </div>
        </Grid>
      </Container>
    </form>
  );
}
