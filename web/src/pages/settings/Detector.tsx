import Container from "@cloudscape-design/components/container";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { Settings } from "../../api/detector.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/settings.ts";

export function Detector({ settings }: { settings: Settings }) {
  const on = settings.Status === "ENABLED";
  return (
    <Container header={<Header variant="h2">{texts.detector}</Header>}>
      <KeyValuePairs
        columns={2}
        minColumnWidth={200}
        items={[
          {
            label: texts.id,
            value: <CopyToClipboard variant="inline" textToCopy={settings.id} copyButtonAriaLabel={texts.copy} copySuccessText={texts.copied} copyErrorText={texts.notCopied} />,
          },
          { label: texts.status, value: <StatusIndicator type={on ? "success" : "stopped"}>{on ? texts.enabled : texts.suspended}</StatusIndicator> },
          { label: texts.created, value: <Time at={settings.CreatedAt ? Date.parse(settings.CreatedAt) : undefined} zone /> },
          { label: texts.updated, value: <Time at={settings.UpdatedAt ? Date.parse(settings.UpdatedAt) : undefined} zone /> },
          { label: texts.role, value: <span title={settings.ServiceRole}>{settings.ServiceRole?.split("/").at(-1)}</span> },
        ]}
      />
    </Container>
  );
}
