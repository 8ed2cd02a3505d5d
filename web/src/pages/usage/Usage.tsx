import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import { useMemo } from "react";
import { useAccounts } from "../../api/accounts.ts";
import { useTrials } from "../../api/detector.ts";
import { useDetector } from "../../api/guardduty.ts";
import { useSession } from "../../api/session.ts";
import { useCoverage, useUsage } from "../../api/usage.ts";
import { Page } from "../../app/Page.tsx";
import { useHref, useQuery } from "../../app/router.ts";
import { bytesText, countText } from "../../components/amounts.ts";
import { Empty } from "../../components/Empty.tsx";
import { ServiceOff } from "../../components/EnableService.tsx";
import { FreeTrial } from "../../components/FreeTrial.tsx";
import { LoadError } from "../../components/LoadError.tsx";
import { Resource } from "../../components/Resource.tsx";
import { kindText } from "../../texts/kinds.ts";
import { texts } from "../../texts/usage.ts";
import { byAccount } from "./accounts.ts";
import { daysLeft, daysOf } from "./trials.ts";
import { UseTable } from "./UseTable.tsx";

const most = 50; // accounts whose trials are asked for at once

export default function Usage() {
  const href = useHref();
  const own = useSession().account.accountId;
  const { nameOf } = useAccounts();
  const [query, setQuery] = useQuery();
  const account = query.get("account") ?? "";
  const { data: detector } = useDetector();
  const { data, error, reload } = useUsage(account);
  const coverage = useCoverage().data;
  const accounts = useMemo(() => byAccount(coverage ?? []), [coverage]);
  const some = accounts.length <= most;
  const trials = useTrials(some ? accounts.map((a) => a.key) : [account || own]).data;
  const trialOf = (id: string) => trials?.find((t) => t.AccountId === id);

  const options = [{ value: "", label: texts.all }, ...accounts.map(({ key }) => ({ value: key, label: nameOf(key) }))];
  const events = data?.features.reduce((n, f) => n + f.events, 0) ?? 0;
  const bytes = data?.features.reduce((n, f) => n + f.bytes, 0) ?? 0;
  return (
    <Page title={texts.title} description={texts.description}>
      <SpaceBetween size="l">
        <ServiceOff />
        <FreeTrial />
        {error !== undefined && <LoadError error={error} retry={reload} />}
        {!data && error === undefined && detector && <Spinner size="large" />}
        {data && (
          <SpaceBetween size="l">
            <Container header={<Header variant="h2">{texts.total}</Header>}>
              <ColumnLayout columns={3} minColumnWidth={180}>
                <FormField label={texts.account}>
                  <Select
                    options={options}
                    selectedOption={options.find((o) => o.value === account) ?? { value: account, label: nameOf(account) }}
                    filteringType={accounts.length > 10 ? "auto" : "none"}
                    onChange={({ detail }) => setQuery({ account: detail.selectedOption.value || undefined })}
                  />
                </FormField>
                <Figure label={texts.events} value={countText(events)} />
                <Figure label={texts.bytes} value={bytesText(bytes)} />
              </ColumnLayout>
            </Container>
            {events === 0 ? (
              <Container>
                <Empty title={texts.empty} hint={texts.emptyHint} action={<Button href={href("coverage")}>{texts.toCoverage}</Button>} />
              </Container>
            ) : (
              <SpaceBetween size="l">
                <UseTable what="features" uses={data.features} name={kindText} trial={(key) => daysOf(trialOf(account || own), key)} />
                {accounts.length > 1 && !account && <UseTable what="accounts" uses={accounts} name={nameOf} trial={some ? (id) => daysLeft(trialOf(id)) : undefined} />}
                <UseTable what="resources" uses={data.resources} cell={(arn) => <Resource arn={arn} nameOf={nameOf} />} />
              </SpaceBetween>
            )}
          </SpaceBetween>
        )}
      </SpaceBetween>
    </Page>
  );
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <Box variant="awsui-key-label">{label}</Box>
      <Box variant="awsui-value-large">{value}</Box>
    </div>
  );
}
