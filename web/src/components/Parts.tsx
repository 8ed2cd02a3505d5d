// A name of several parts, such as CompromisedCredentials or an address: a line breaks after a part, within one
// only if it must. An IP address is one part.

import { Fragment } from "react";

const parts = (name: string) => name.split(/(?<=[:/!@_]|\.(?!\d))(?=\S)|(?<=[a-z])(?=[A-Z])/);

// How an ID such as i-0123456789abcdef0 begins: no line breaks after its hyphen.
const start = /\b([a-z]+-[0-9a-f])(?=[0-9a-f]{7,16}\b)/;

export function Parts({ of }: { of: string }) {
  return (
    <span className="parts">
      {parts(of).map((part, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {part.split(start).map((text, j) => (j % 2 ? <span className="whole" key={j}>{text}</span> : text))}
        </Fragment>
      ))}
    </span>
  );
}
