// A name of several parts, such as CompromisedCredentials or an address: a line breaks after a part, within one
// only if it must. An IP address is one part.

import { Fragment } from "react";

const parts = (name: string) => name.split(/(?<=[:/!@_]|\.(?!\d))(?=\S)|(?<=[a-z])(?=[A-Z])/);

export function Parts({ of }: { of: string }) {
  return (
    <span className="parts">
      {parts(of).map((part, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}

// inParts is the same where only text can stand.
export const inParts = (name: string) => parts(name).join("\u200b");
