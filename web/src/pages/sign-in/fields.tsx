// The fields of each step.

import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { texts } from "../../texts/signIn.ts";
import type { Entered, Mistakes } from "./steps.ts";

interface FieldsProps {
  entered: Entered;
  mistakes: Mistakes;
  change: (fields: Partial<Entered>) => void;
}

interface FieldProps extends FieldsProps {
  name: Exclude<keyof Entered, "kind">;
  label: string;
  hint?: string;
  optional?: boolean;
  type?: "text" | "password" | "email";
  autoComplete?: string;
  inputMode?: "numeric";
  focus?: boolean;
}

export function Field({ entered, mistakes, change, name, label, hint, optional, type, autoComplete, inputMode, focus }: FieldProps) {
  return (
    <FormField
      label={
        optional ? (
          <>
            {label} <i>- {texts.optional}</i>
          </>
        ) : (
          label
        )
      }
      constraintText={hint}
      errorText={mistakes[name]}
    >
      <Input
        value={entered[name] ?? ""}
        name={name}
        type={type}
        autoComplete={autoComplete}
        inputMode={inputMode}
        autoFocus={focus}
        spellcheck={false}
        onChange={({ detail }) => change({ [name]: detail.value })}
      />
    </FormField>
  );
}

export function WhoFields(props: FieldsProps) {
  const { entered, change } = props;
  const user = entered.kind === "user";
  return (
    <SpaceBetween size="m">
      <FormField label={texts.kind}>
        <RadioGroup
          value={entered.kind}
          direction="horizontal"
          items={texts.kinds.map(({ id, text }) => ({ value: id, label: text }))}
          onChange={({ detail }) => change({ kind: detail.value as Entered["kind"] })}
        />
      </FormField>
      {user && <Field {...props} name="account" label={texts.account} hint={texts.accountHint} focus={!entered.account} autoComplete="organization" />}
      {user && <Field {...props} name="user" label={texts.user} focus={Boolean(entered.account)} autoComplete="username" />}
      {!user && <Field {...props} name="email" label={texts.email} hint={texts.emailHint} type="email" focus autoComplete="username" />}
      <Field {...props} name="password" label={texts.password} type="password" autoComplete="current-password" />
      {!user && <Field {...props} name="account" label={texts.account} hint={texts.accountWhich} optional autoComplete="off" />}
    </SpaceBetween>
  );
}

export function CodeFields(props: FieldsProps) {
  return <Field {...props} name="code" label={texts.code} hint={texts.codeHint} inputMode="numeric" autoComplete="one-time-code" focus />;
}

export function NewPasswordFields(props: FieldsProps) {
  return (
    <SpaceBetween size="m">
      <Field {...props} name="newPassword" label={texts.newPassword} hint={texts.newPasswordHint} type="password" autoComplete="new-password" focus />
      <Field {...props} name="repeat" label={texts.repeat} type="password" autoComplete="new-password" />
    </SpaceBetween>
  );
}
