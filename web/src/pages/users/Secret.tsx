// A password or an access key that was just made.

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import type { AccessKey } from "../../api/identities.ts";
import { useSession } from "../../api/session.ts";
import { useRegion } from "../../app/router.ts";
import { download } from "../../components/csv.ts";
import { ShownOnce } from "../../components/ShownOnce.tsx";
import { texts } from "../../texts/users.ts";
import type { Told } from "./all.ts";
import { credentialsFile } from "./logic.ts";

export function Secret({ told, onClose }: { told: Told; onClose: () => void }) {
  if ("password" in told) {
    const items = [{ label: texts.password, value: told.password }];
    return <ShownOnce title={texts.resetDone(told.user)} warning={texts.resetOnce} items={items} onClose={onClose} />;
  }
  const items = [
    { label: texts.keyId, value: told.key.accessKeyId },
    { label: texts.secret, value: told.key.secretAccessKey ?? "" },
  ];
  return (
    <ShownOnce title={texts.keyDone} warning={texts.keyOnce} items={items} onClose={onClose}>
      <Download of={told.key} />
    </ShownOnce>
  );
}

function Download({ of }: { of: AccessKey }) {
  const region = useRegion();
  const { account } = useSession();
  const save = () => download(`${account.accountId}-${of.user || texts.root}.credentials`, "text/plain", credentialsFile(of, region, location.origin));
  return (
    <div>
      <Button iconName="download" onClick={save}>
        {texts.downloadCredentials}
      </Button>
      <Box color="text-body-secondary">{texts.credentialsHint}</Box>
    </div>
  );
}
