// What is shown: the sign-in while nobody is signed in, else the page of the address.

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import I18nProvider from "@cloudscape-design/components/i18n";
import english from "@cloudscape-design/components/i18n/messages/all.en";
import Spinner from "@cloudscape-design/components/spinner";
import { lazy, Suspense, useEffect } from "react";
import { base } from "../api/call.ts";
import { describe } from "../api/errors.ts";
import { readSession, useSessionState } from "../api/session.ts";
import { texts as errors } from "../texts/errors.ts";
import { texts } from "../texts/shell.ts";
import { useMissing } from "./access.ts";
import { Failures } from "./Failures.tsx";
import { Frame } from "./Frame.tsx";
import { remember } from "./memory.ts";
import { Page } from "./Page.tsx";
import { find, type Found, useCode } from "./pages.ts";
import { useDefaultRegion } from "./region.ts";
import { Routed } from "./routed.ts";
import { hrefOf, navigate, useAddress } from "./router.ts";
import { home, type Route, routes } from "./routes.ts";
import { TopBar } from "./TopBar.tsx";

const SignIn = lazy(() => import("../pages/sign-in/SignIn.tsx"));
// Routes that load the same are one page: it keeps what it shows when one goes from one to the other.
const keyOf = (route: Route, path: string) => (routes.filter((r) => r.load === route.load).length > 1 ? route.load.toString() : path);

export function App() {
  const state = useSessionState();
  const address = useAddress();
  const found = find(address);
  return (
    <I18nProvider locale="en" messages={[english]}>
      <TopBar route={found?.route} />
      <Failures at={address.region + address.path}>
        {state.status === "unknown" && <Waiting />}
        {state.status === "failed" && <NoServer error={state.error} />}
        {(state.status === "out" || state.status === "ended") && (
          <Suspense fallback={<Waiting />}>
            <SignIn ended={state.status === "ended"} />
          </Suspense>
        )}
        {state.status === "in" && <Shown found={found} />}
      </Failures>
    </I18nProvider>
  );
}

function Shown({ found }: { found: Found | undefined }) {
  const { region, path } = useAddress();
  const standard = useDefaultRegion();
  const state = useSessionState();
  const address = `${region}/${path}`;
  const known = state.status === "in" && state.session.regions.includes(region);

  // What belongs to a region but names none is opened in the one last worked in; so is the root.
  const elsewhere = !region && !found && standard && (path === "" ? home() : find({ region: standard, path }) && path);
  useEffect(() => {
    if (elsewhere) navigate(hrefOf(elsewhere, standard) + location.search, { replace: true });
    if (known) remember("region", region);
  }, [elsewhere, standard, known, region]);

  if (elsewhere) return <Waiting />;
  const there = found && (!region || known) ? found : undefined;
  return (
    <Routed value={there?.route}>
      <Frame>
        <Failures at={address}>
          {there ? <Loaded key={`${region}/${keyOf(there.route, path)}`} {...there} /> : <NotFound region={known ? "" : region} />}
        </Failures>
      </Frame>
    </Routed>
  );
}

function Loaded({ route, params }: Found) {
  const Page = useCode(route);
  const missing = useMissing(route);
  if (missing) return <Forbidden title={route.title} missing={missing} />;
  return Page && missing === "" ? <Page params={params} /> : <Waiting />;
}

function Forbidden({ title, missing }: { title: string; missing: string }) {
  return (
    <Page title={title}>
      <Alert type="error" header={errors.headers.AccessDeniedException}>
        {missing}
      </Alert>
    </Page>
  );
}

function NotFound({ region }: { region: string }) {
  return (
    <Page title={texts.notFound}>
      <Alert type="warning" action={<Button href={base}>{texts.toStart}</Button>}>
        {region ? texts.noRegion(region) : texts.noPage}
      </Alert>
    </Page>
  );
}

function NoServer({ error }: { error: unknown }) {
  const { header, text } = describe(error);
  return (
    <div className="sign-in">
      <Alert type="error" header={header} action={<Button onClick={() => void readSession()}>{texts.tryAgain}</Button>}>
        {text}
      </Alert>
    </div>
  );
}

function Waiting() {
  return (
    <Box textAlign="center" padding="xxl">
      <Spinner size="large" /> <span className="visually-hidden">{texts.loading}</span>
    </Box>
  );
}
