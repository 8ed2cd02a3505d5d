// The dialog that adds a list or edits one.

import Checkbox from "@cloudscape-design/components/checkbox";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Alert from "@cloudscape-design/components/alert";
import { useState } from "react";
import { flash } from "../../api/flash.ts";
import { createList, type Kind, type List, type ListFields, readList, updateList } from "../../api/lists.ts";
import { useLoad } from "../../api/load.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/lists.ts";
import { blank, checkFields, type Entered, type Mistakes } from "./fields.ts";

interface Props {
  kind: Kind;
  list?: List; // that is edited
  detector: string;
  onClose: () => void;
}

const formats = Object.entries(texts.formats).map(([value, label]) => ({ value, label, description: value === "TXT" ? texts.plain : undefined }));

export function ListForm({ kind, list, detector, onClose }: Props) {
  const region = useRegion();
  const more = useLoad(`list ${list?.id}`, () => readList(region, detector, list!), { off: !list });
  const [changed, setChanged] = useState<Partial<Entered>>({});
  const [activate, setActivate] = useState(false);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const entered: Entered = { ...blank, ...(list && { name: list.name, location: list.location, agreed: true, ...more.data }), ...changed };
  const change = (some: Partial<Entered>) => setChanged({ ...changed, ...some });

  const save = async () => {
    const wrong = checkFields(entered, list && { name: list.name, owner: more.data?.owner ?? "" });
    setMistakes(wrong);
    if (Object.keys(wrong).length) return false;
    const fields: ListFields = { ...entered, name: entered.name.trim(), location: entered.location.trim(), owner: entered.owner.trim() };
    if (list) {
      await updateList(region, detector, list, fields);
      flash.success(texts.done.edit(fields.name));
    } else {
      await createList(region, detector, kind, fields, activate);
      flash.success(activate ? texts.done.addActive(fields.name) : texts.done.add(fields.name));
    }
  };
  const rereads = list?.status === "ACTIVE" && (entered.name.trim() !== list.name || entered.location.trim() !== list.location);
  return (
    <Confirm
      title={list ? texts.editTitle(list.name) : texts.add[kind]}
      submit={list ? texts.save : texts.add[kind]}
      disabled={Boolean(list) && !more.data}
      act={save}
      onClose={onClose}
    >
      {more.error !== undefined && <LoadError error={more.error} retry={more.reload} />}
      <FormField label={texts.name} constraintText={texts.nameHint} errorText={mistakes.name}>
        <Input value={entered.name} autoFocus onChange={({ detail }) => change({ name: detail.value })} />
      </FormField>
      <FormField label={texts.location} constraintText={texts.locationHint} errorText={mistakes.location}>
        <Input value={entered.location} inputMode="url" placeholder="s3://bucket/file" onChange={({ detail }) => change({ location: detail.value })} />
      </FormField>
      <FormField label={texts.format} constraintText={list && texts.formatFixed}>
        <Select
          options={formats}
          selectedOption={formats.find((f) => f.value === entered.format) ?? null}
          disabled={Boolean(list)}
          expandToViewport
          onChange={({ detail }) => change({ format: detail.selectedOption.value as Entered["format"] })}
        />
      </FormField>
      <FormField
        label={
          <>
            {texts.owner} <i>- {texts.optional}</i>
          </>
        }
        constraintText={texts.ownerHint}
        errorText={mistakes.owner}
      >
        <Input value={entered.owner} inputMode="numeric" onChange={({ detail }) => change({ owner: detail.value })} />
      </FormField>
      {!list && (
        <SpaceBetween size="s">
          <FormField errorText={mistakes.agreed}>
            <Checkbox checked={entered.agreed} onChange={({ detail }) => change({ agreed: detail.checked })}>
              {texts.agree}
            </Checkbox>
          </FormField>
          <Checkbox checked={activate} description={texts.activateHint} onChange={({ detail }) => setActivate(detail.checked)}>
            {texts.activate}
          </Checkbox>
        </SpaceBetween>
      )}
      {rereads && <Alert type="info">{texts.rereads}</Alert>}
    </Confirm>
  );
}
