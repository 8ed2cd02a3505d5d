// A name of several parts, such as CompromisedCredentials or an address: a line breaks after a part, within one only if it must.

import { Fragment } from "react";

export function Parts({ of }: { of: string }) {
  return (
    <span className="parts">
      {of.split(/(?<=[:/.!@])|(?<=[a-z])(?=[A-Z])/).map((part, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
