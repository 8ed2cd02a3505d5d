// What a table shows when there is nothing: what it is that is missing, and the next step.

import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { ReactNode } from "react";

export function Empty({ title, hint, action }: { title: string; hint?: string; action?: ReactNode }) {
  return (
    <Box textAlign="center" color="inherit" margin={{ vertical: "xs" }}>
      <SpaceBetween size="s">
        <div>
          <b>{title}</b>
          {hint && (
            <Box variant="p" color="inherit">
              {hint}
            </Box>
          )}
        </div>
        {action}
      </SpaceBetween>
    </Box>
  );
}
