// A resource by what people call it, with its account below; its ARN is the tooltip.

import Box from "@cloudscape-design/components/box";

export function Resource({ arn, account: shown = true }: { arn: string; account?: boolean }) {
  const [account, ...rest] = arn.split(":").slice(4);
  return (
    <span className="long" title={arn}>
      {rest.join(":") || arn}
      {shown && account && (
        <Box color="text-body-secondary" fontSize="body-s">
          {account}
        </Box>
      )}
    </span>
  );
}
