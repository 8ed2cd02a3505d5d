// What is done to one list: said before, then done; and the preview, which does nothing.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { flash } from "../../api/flash.ts";
import { deleteList, type List, type ListPreview, previewList, updateList } from "../../api/lists.ts";
import { useLoad } from "../../api/load.ts";
import { useRegion } from "../../app/router.ts";
import { Confirm } from "../../components/Confirm.tsx";
import { Counts } from "../../components/Counts.tsx";
import { Dialog } from "../../components/Dialog.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/lists.ts";
import type { Action } from "./actions.ts";

interface Props {
  list: List;
  detector: string;
  onClose: () => void;
}

export function ListDialog({ action, ...props }: Props & { action: Exclude<Action, "edit"> }) {
  return action === "preview" ? <Preview {...props} /> : <Act action={action} {...props} />;
}

function Act({ action, list, detector, onClose }: Props & { action: Exclude<Action, "edit" | "preview"> }) {
  const region = useRegion();
  const trusts = list.kind === "trustedIps" || list.kind === "trustedEntities";
  const act = async () => {
    if (action === "delete") await deleteList(region, detector, list);
    else await updateList(region, detector, list, { activate: action !== "deactivate" });
    flash.success(texts.done[action](list.name));
  };
  return (
    <Confirm title={texts.confirmTitle[action](list.name)} submit={texts.action[action]} act={act} onClose={onClose}>
      {texts.consequence[action](trusts)}
    </Confirm>
  );
}

function Preview({ list, onClose }: Props) {
  const region = useRegion();
  const { data, error, loading, reload } = useLoad(`list preview ${list.id}`, () => previewList(region, list.id));
  const footer = (
    <Box float="right">
      <Button variant="primary" onClick={onClose}>
        {texts.close}
      </Button>
    </Box>
  );
  return (
    <Dialog size="large" header={texts.previewTitle(list.name)} footer={footer} onDismiss={onClose}>
      {loading ? (
        <>
          <Spinner /> {texts.previewing}
        </>
      ) : error !== undefined ? (
        <LoadError error={error} retry={reload} />
      ) : (
        data && <Previewed {...data} />
      )}
    </Dialog>
  );
}

function Previewed(p: ListPreview) {
  return (
    <SpaceBetween size="m">
      <div>{texts.previewed(p)}</div>
      {p.matched > 0 && (
        <ColumnLayout columns={2}>
          <Counts label={texts.entry} count={texts.count} of={p.things ?? {}} most={20} />
          <Counts label={texts.type} count={texts.count} of={p.types ?? {}} most={20} />
        </ColumnLayout>
      )}
      {p.note && <Alert type="warning">{p.note}</Alert>}
      <Box color="text-body-secondary">{texts.previewHint}</Box>
    </SpaceBetween>
  );
}
