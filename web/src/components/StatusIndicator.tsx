// Cloudscape's status indicator, whose words stay whole: its own breaks a line within one.

import Indicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

export type { StatusIndicatorProps };

export function StatusIndicator({ children, ...props }: StatusIndicatorProps) {
  return (
    <Indicator {...props}>
      <span className="parts">{children}</span>
    </Indicator>
  );
}
