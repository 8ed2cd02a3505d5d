import SpaceBetween from "@cloudscape-design/components/space-between";
import { Page } from "../../app/Page.tsx";
import { texts } from "../../texts/security.ts";
import { Password } from "./Password.tsx";
import { SecondFactor } from "./SecondFactor.tsx";
import { Sessions } from "./Sessions.tsx";

export default function Security() {
  return (
    <Page title={texts.title} description={texts.description}>
      <SpaceBetween size="l">
        <Password />
        <SecondFactor />
        <Sessions />
      </SpaceBetween>
    </Page>
  );
}
