// Attributes with their values, beside each other where there is room. A value can be made a condition of the table's filter.

import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { useNarrow } from "../../app/narrow.ts";
import { Parts } from "../../components/Parts.tsx";
import { Severity } from "../../components/Severity.tsx";
import { Time } from "../../components/Time.tsx";
import { texts } from "../../texts/findings.ts";
import { kindOf } from "./catalogue.ts";
import { type Item, time } from "./sections.ts";

export type Pick = (path: string, value: string, operator: "=" | "!=") => void;

const resourceType = "resource.resourceType";
const maxShown = 20; // values of one attribute

export function Fields({ items, pick }: { items: readonly Item[]; pick: Pick }) {
  const narrow = useNarrow();
  return (
    <KeyValuePairs
      columns={narrow ? 1 : 3}
      minColumnWidth={200}
      items={items.map((item) => ({
        label: <Parts of={item.label} />,
        value: kindOf(item.path) ? (
          <>
            {item.values.slice(0, maxShown).map((value) => (
              <Value key={value} item={item} value={value} pick={pick} />
            ))}
            {item.values.length > maxShown && <div>…</div>}
          </>
        ) : (
          <Value item={item} value={item.values.join(", ")} pick={pick} />
        ),
      }))}
    />
  );
}

function Value({ item: { path, label }, value, pick }: { item: Item; value: string; pick: Pick }) {
  const kind = kindOf(path);
  if (kind === "date" || /(At|Time|Seen)$/.test(path)) return <Time at={time(value)} zone />;
  return (
    <div className="value">
      <span className="value-text">{path === "severity" ? <Severity value={Number(value)} /> : <Parts of={(path === resourceType && texts.resources[value]) || value} />}</span>
      {kind && value.length <= 512 && (
        <span className="value-picks">
          <Button variant="inline-icon" iconName="zoom-in" ariaLabel={texts.panel.include(label, value)} onClick={() => pick(path, value, "=")} />
          <Button variant="inline-icon" iconName="zoom-out" ariaLabel={texts.panel.exclude(label, value)} onClick={() => pick(path, value, "!=")} />
        </span>
      )}
    </div>
  );
}
