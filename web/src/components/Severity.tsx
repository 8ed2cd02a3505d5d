// How severe a finding is, as a coloured badge with its label.

import Badge, { type BadgeProps } from "@cloudscape-design/components/badge";

type Label = "Critical" | "High" | "Medium" | "Low";

const colors: Record<Label, BadgeProps["color"]> = {
  Critical: "severity-critical",
  High: "severity-high",
  Medium: "severity-medium",
  Low: "severity-low",
};

// severityLabel names a severity as GuardDuty does.
export function severityLabel(severity: number): Label {
  return severity >= 9 ? "Critical" : severity >= 7 ? "High" : severity >= 4 ? "Medium" : "Low";
}

export function Severity({ value }: { value: number | undefined }) {
  if (value === undefined) return <>-</>;
  const label = severityLabel(value);
  return <Badge color={colors[label]}>{label}</Badge>;
}
