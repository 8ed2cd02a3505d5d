// A resource by its ID, with what it is and its account below; its ARN is the tooltip.

import Box from "@cloudscape-design/components/box";
import { resourceText } from "../texts/kinds.ts";

const short = 24; // characters of an ID, as of instances and interfaces: a line is never broken within

interface Props {
  arn: string;
  account?: string; // instead of the one that the ARN names, which a bucket's does not
  nameOf: (account: string) => string;
}

export function Resource({ arn, account, nameOf }: Props) {
  const [, , service, , its, ...rest] = arn.split(":");
  const whose = account ?? its;
  const named = rest.join(":") || arn;
  const [, kind = service === "s3" ? "bucket" : "", id = named] = /^([^/]+)\/(.+)$/.exec(named) ?? [];
  return (
    <span title={arn}>
      <span className={id.length > short ? "long" : "whole"}>{id}</span>
      <Box color="text-body-secondary" fontSize="body-s">
        {[resourceText(kind), whose && nameOf(whose)].filter(Boolean).join(" · ")}
      </Box>
    </span>
  );
}
