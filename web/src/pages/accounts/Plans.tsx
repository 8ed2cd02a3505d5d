// What is analysed of a member beside the logs that always are. An organization's administrator switches it; who was invited does so itself.

import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Spinner from "@cloudscape-design/components/spinner";
import { type Member, switchFeature, useFeatures } from "../../api/members.ts";
import { useMay } from "../../api/permissions.ts";
import { useRegion } from "../../app/router.ts";
import { LoadError } from "../../components/LoadError.tsx";
import { texts } from "../../texts/accounts.ts";
import { toFeatures } from "../settings/features.ts";
import { FeaturesTable } from "../settings/FeaturesTable.tsx";

export function Plans({ member }: { member: Member }) {
  const region = useRegion();
  const may = useMay()("guardduty:UpdateMemberDetectors");
  const { data, error, reload } = useFeatures([member.accountId]);
  const managed = member.mode === "organization";
  const change = (name: string, on: boolean) => switchFeature(region, member.accountId, name, on);
  return (
    <Container
      header={
        <Header variant="h2" description={managed ? texts.plansHint : `${texts.plansHint} ${texts.plansOwn}`}>
          {texts.plans}
        </Header>
      }
    >
      {error !== undefined ? (
        <LoadError error={error} retry={reload} />
      ) : data ? (
        <FeaturesTable features={toFeatures(data.get(member.accountId))} suspended={member.status === "Disabled"} change={managed && may ? change : undefined} reload={reload} />
      ) : (
        <Spinner />
      )}
    </Container>
  );
}
