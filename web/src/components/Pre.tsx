// Text as it is written, such as JSON or a record of a log; it scrolls by itself, by keyboard too.

import "./pre.css";

export function Pre({ text, label, wrap }: { text: string; label: string; wrap?: boolean }) {
  return (
    <pre className={wrap ? "pre pre-wrap" : "pre"} tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  );
}
