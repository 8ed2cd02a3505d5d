import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, type ReactNode, useState } from "react";
import { encode } from "uqr";
import { flash } from "../../api/flash.ts";
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from "../../api/security.ts";
import { readSession, useSession } from "../../api/session.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts } from "../../texts/security.ts";

type Begun = { secret: string; uri: string };

export function SecondFactor() {
  const { secondFactor } = useSession();
  const [begun, setBegun] = useState<Begun>();
  const [removing, setRemoving] = useState(false);
  const [busy, setBusy] = useState(false);

  const run = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    await act().catch(flash.error);
    setBusy(false);
  };
  const begin = () => run(async () => setBegun(await beginSecondFactor()));
  const confirm = (code: string) =>
    run(async () => {
      await confirmSecondFactor(code);
      setBegun(undefined);
      flash.success(texts.factorAdded);
      await readSession();
    });
  const remove = (password: string) =>
    run(async () => {
      await removeSecondFactor(password);
      setRemoving(false);
      flash.success(texts.factorRemoved);
      await readSession();
    });

  const action = secondFactor ? (
    <Button onClick={() => setRemoving(true)} disabled={removing}>
      {texts.removeFactor}
    </Button>
  ) : (
    <Button onClick={() => void begin()} loading={busy && !begun} disabled={Boolean(begun)}>
      {texts.addFactor}
    </Button>
  );
  return (
    <Container header={<Header variant="h2" description={texts.factorDescription} actions={action}>{texts.factor}</Header>}>
      <SpaceBetween size="m">
        <StatusIndicator type={secondFactor ? "success" : "stopped"}>{secondFactor ? texts.factorOn : texts.factorOff}</StatusIndicator>
        {begun && (
          <Ask label={texts.code} hint={texts.codeHint} submit={texts.confirm} numeric busy={busy} onSubmit={confirm} onCancel={() => setBegun(undefined)}>
            <Begun {...begun} />
          </Ask>
        )}
        {removing && secondFactor && (
          <Ask label={texts.current} submit={texts.removeFactor} busy={busy} onSubmit={remove} onCancel={() => setRemoving(false)} />
        )}
      </SpaceBetween>
    </Container>
  );
}

// As it is easily typed.
const inFours = (secret: string) => secret.replace(/.{4}(?=.)/g, "$& ");

// Begun is the secret, to be scanned or typed.
function Begun({ secret, uri }: Begun) {
  const { data, size } = encode(uri, { border: 2 });
  const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join("");
  return (
    <SpaceBetween size="s">
      <Box>{texts.scan}</Box>
      <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={texts.qr} shapeRendering="crispEdges">
        <path d={path} fill="#000" />
      </svg>
      <Box>
        {texts.orType} <CopyToClipboard variant="icon" copyButtonAriaLabel={texts.copy} textToCopy={secret} copySuccessText={texts.copied} copyErrorText={texts.notCopied} />{" "}
        {inFours(secret)}
      </Box>
    </SpaceBetween>
  );
}

interface AskProps {
  label: string;
  hint?: string;
  submit: string;
  numeric?: boolean; // else it is a password
  busy: boolean;
  onSubmit: (value: string) => void;
  onCancel: () => void;
  children?: ReactNode;
}

function Ask({ label, hint, submit, numeric, busy, onSubmit, onCancel, children }: AskProps) {
  const [value, setValue] = useState("");
  const [missing, setMissing] = useState(false);
  const send = (event: FormEvent) => {
    event.preventDefault();
    setMissing(!value.trim());
    if (value.trim()) onSubmit(numeric ? value.replace(/\s/g, "") : value);
  };
  return (
    <form onSubmit={send} noValidate>
      <SpaceBetween size="m">
        {children}
        <FormField label={label} constraintText={hint} errorText={missing ? texts.missing : undefined}>
          <Input
            value={value}
            type={numeric ? "text" : "password"}
            inputMode={numeric ? "numeric" : undefined}
            autoComplete={numeric ? "one-time-code" : "current-password"}
            autoFocus
            onChange={({ detail }) => setValue(detail.value)}
          />
        </FormField>
        <SpaceBetween size="xs" direction="horizontal">
          <Button formAction="submit" variant="primary" loading={busy}>
            {submit}
          </Button>
          <Button formAction="none" variant="link" onClick={onCancel}>
            {texts.cancel}
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </form>
  );
}
