// The frame of a widget: it loads by itself, shows its own error, and says which regions it is without.

import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import type { ReactNode } from "react";
import { LoadError } from "../../components/LoadError.tsx";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts } from "../../texts/summary.ts";
import type { Each } from "./context.tsx";
import { Without } from "./NotAsked.tsx";
import type { Answer } from "./tally.ts";

interface Props<T> {
  title: string;
  about?: string;
  actions?: ReactNode;
  footer?: ReactNode;
  loaded: Each<T>;
  children: (answers: Answer<T>[]) => ReactNode;
}

export function Widget<T>({ title, about, actions, footer, loaded, children }: Props<T>) {
  const { data, error, refused, reload } = loaded;
  return (
    <Container
      fitHeight
      footer={footer}
      header={
        <Header variant="h2" description={about} actions={actions}>
          {title}
        </Header>
      }
    >
      {error !== undefined ? (
        <LoadError error={error} retry={reload} />
      ) : data === undefined ? (
        <Box textAlign="center" padding="l">
          <StatusIndicator type="loading">{texts.loading}</StatusIndicator>
        </Box>
      ) : (
        <>
          <Without regions={refused} retry={reload} />
          {children(data)}
        </>
      )}
    </Container>
  );
}
