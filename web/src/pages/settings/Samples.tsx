import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { createSamples } from "../../api/detector.ts";
import { flash } from "../../api/flash.ts";
import { useHref, useRegion } from "../../app/router.ts";
import { texts } from "../../texts/settings.ts";

export function Samples({ detector }: { detector: string }) {
  const region = useRegion();
  const href = useHref();
  const [busy, setBusy] = useState(false);
  const generate = async () => {
    setBusy(true);
    try {
      await createSamples(region, detector);
      flash.success(texts.generated);
    } catch (error) {
      flash.error(error);
    }
    setBusy(false);
  };
  return (
    <Container header={<Header variant="h2">{texts.samples}</Header>}>
      <SpaceBetween size="s">
        {texts.samplesHint}
        <SpaceBetween direction="horizontal" size="xs">
          <Button loading={busy} onClick={() => void generate()}>
            {texts.generate}
          </Button>
          <Button href={href("findings")}>
            {texts.view}
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </Container>
  );
}
