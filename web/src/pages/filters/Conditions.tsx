// Criteria in words, a condition a line.

import Box from "@cloudscape-design/components/box";
import { Fragment } from "react";
import type { Criteria } from "../../api/filters.ts";
import { Parts } from "../../components/Parts.tsx";
import { texts } from "../../texts/filters.ts";
import { attributeNames } from "../../texts/findings.ts";
import { sayCriteria } from "./criteria.ts";

const most = 5; // values of a condition

export function Conditions({ criteria }: { criteria: Criteria | undefined }) {
  return (
    <>
      {sayCriteria(criteria ?? {}).map(({ path, operator, values, nor }, i) => (
        <div key={i} className="long">
          <b title={path}>{attributeNames[path] ?? path}</b> {operator}{" "}
          {values.slice(0, most).map((value, at) => (
            <Fragment key={at}>
              {at > 0 && (nor ? texts.nor : texts.or)}
              <Box variant="code">
                <Parts of={value} />
              </Box>
            </Fragment>
          ))}
          {values.length > most && <span title={values.join("\n")}> … ({values.length})</span>}
        </div>
      ))}
    </>
  );
}
