// Catches what a page throws while it is drawn, so that the rest of the console stays.

import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { describe } from "../api/errors.ts";
import { texts } from "../texts/shell.ts";
import { NoCode } from "./NoCode.tsx";
import { isCode } from "./pages.ts";

interface Props {
  at: string; // where one is: going elsewhere tries again
  children: ReactNode;
}

export class Failures extends Component<Props, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(before: Props) {
    if (before.at !== this.props.at && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    if (isCode(this.state.error)) return <NoCode />;
    return (
      <div className="sign-in">
        <Alert type="error" header={texts.broken} action={<Button onClick={() => location.reload()}>{texts.reload}</Button>}>
          {describe(this.state.error).text}
        </Alert>
      </div>
    );
  }
}
