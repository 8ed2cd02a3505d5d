import type { Rule } from "../../api/customRules.ts";
import { Severity } from "../../components/Severity.tsx";

// severities are the catalogue's, by one of the numbers that findings have for each.
export const severities: Record<string, number> = { LOW: 2, MEDIUM: 5, HIGH: 8, CRITICAL: 9 };

export const RuleSeverity = ({ rule }: { rule: Rule }) => <Severity value={severities[rule.severity]} />;
