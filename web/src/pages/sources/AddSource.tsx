import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import DateInput from "@cloudscape-design/components/date-input";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tiles from "@cloudscape-design/components/tiles";
import { type FormEvent, useState } from "react";
import { flash } from "../../api/flash.ts";
import { useLoad } from "../../api/load.ts";
import { addSource, readStatus, type Source } from "../../api/operator.ts";
import { useSession } from "../../api/session.ts";
import { Page } from "../../app/Page.tsx";
import { navigate, useHref, useShown } from "../../app/router.ts";
import { texts } from "../../texts/sources.ts";
import { blank, check, type Entered, type Kind, type Mistakes, toSource } from "./logic.ts";
import { PushKey } from "./PushKey.tsx";

interface Fields {
  entered: Entered;
  mistakes: Mistakes;
  change: (some: Partial<Entered>) => void;
}

export default function AddSource() {
  const href = useHref();
  const shown = useShown();
  const status = useLoad("operator/status", readStatus);
  const [entered, setEntered] = useState(blank);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [made, setMade] = useState<Source>();

  const mistakes = check(entered, status.data?.sources.map((s) => s.id) ?? []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(mistakes).length || busy) return;
    setBusy(true);
    try {
      const source = await addSource(toSource(entered));
      flash.success(texts.added(source.id), { keep: true });
      if (source.key && !shown()) flash.warning(texts.pushKeyOf(source.key), texts.pushTitle, { keep: true });
      else if (source.key) setMade(source);
      else if (shown()) navigate(href("sources"));
    } catch (error) {
      flash.error(error);
    }
    setBusy(false);
  };
  const fields: Fields = { entered, mistakes: tried ? mistakes : {}, change: (some) => setEntered({ ...entered, ...some }) };
  return (
    <Page title={texts.addTitle} description={texts.addDescription} contentType="form">
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Form
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button formAction="none" variant="link" href={href("sources")}>
                {texts.cancel}
              </Button>
              <Button formAction="submit" variant="primary" loading={busy}>
                {texts.submit}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="l">
            <Where {...fields} />
            <Whose {...fields} />
            {entered.kind === "bucket" && <Access {...fields} />}
          </SpaceBetween>
        </Form>
      </form>
      {made && <PushKey of={made} onClose={() => navigate(href("sources"))} />}
    </Page>
  );
}

function Where(fields: Fields) {
  const { entered, change } = fields;
  return (
    <Container header={<Header variant="h2">{texts.kind}</Header>}>
      <SpaceBetween size="m">
        <Tiles
          ariaLabel={texts.kind}
          value={entered.kind}
          items={Object.entries(texts.kinds).map(([value, said]) => ({ value, ...said }))}
          onChange={({ detail }) => change({ kind: detail.value as Kind, location: "" })}
        />
        <Text {...fields} name="id" label={texts.name} hint={texts.nameHint} />
        {entered.kind === "folder" && <Text {...fields} name="location" label={texts.folder} hint={texts.folderHint} />}
        {entered.kind === "bucket" && <Text {...fields} name="location" label={texts.bucket} hint={texts.bucketHint} />}
        {entered.kind === "bucket" && (
          <FormField label={<Optional label={texts.since} />} constraintText={texts.sinceHint}>
            <DateInput value={entered.since} placeholder="YYYY/MM/DD" onChange={({ detail }) => change({ since: detail.value })} />
          </FormField>
        )}
      </SpaceBetween>
    </Container>
  );
}

function Whose(fields: Fields) {
  const { regions } = useSession();
  const options = ["", ...regions].map((value) => ({ value, label: value || texts.anyRegion }));
  return (
    <Container header={<Header variant="h2" description={texts.whoseHint}>{texts.whose}</Header>}>
      <SpaceBetween size="m">
        <Text {...fields} name="account" label={texts.account} hint={texts.accountHint} optional />
        <FormField label={<Optional label={texts.region} />}>
          <Select
            options={options}
            selectedOption={options.find((o) => o.value === fields.entered.region) ?? null}
            onChange={({ detail }) => fields.change({ region: detail.selectedOption.value ?? "" })}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}

function Access(fields: Fields) {
  const wrong = (["endpoint", "role", "externalId", "queue"] as const).some((name) => fields.mistakes[name]);
  return (
    <ExpandableSection variant="container" headerText={texts.access} headerDescription={texts.accessHint} defaultExpanded={wrong}>
      <SpaceBetween size="m">
        <Text {...fields} name="role" label={texts.role} hint={texts.roleHint} optional />
        <Text {...fields} name="externalId" label={texts.externalId} hint={texts.externalIdHint} optional />
        <Text {...fields} name="queue" label={texts.queue} hint={texts.queueHint} optional />
        <Text {...fields} name="endpoint" label={texts.endpoint} hint={texts.endpointHint} optional />
      </SpaceBetween>
    </ExpandableSection>
  );
}

interface TextProps extends Fields {
  name: Exclude<keyof Entered, "kind">;
  label: string;
  hint?: string;
  optional?: boolean;
}

function Text({ entered, mistakes, change, name, label, hint, optional }: TextProps) {
  return (
    <FormField label={optional ? <Optional label={label} /> : label} constraintText={hint} errorText={mistakes[name]} stretch={name === "location"}>
      <Input
        value={entered[name]}
        name={name}
        spellcheck={false}
        autoComplete={false}
        onChange={({ detail }) => change({ [name]: detail.value.trim() })}
      />
    </FormField>
  );
}

function Optional({ label }: { label: string }) {
  return (
    <>
      {label} <i>- {texts.optional}</i>
    </>
  );
}
