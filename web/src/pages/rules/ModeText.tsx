import type { DryRun, Mode } from "../../api/customRules.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts } from "../../texts/rules.ts";

const looks = { LIVE: "success", DRY_RUN: "pending", OFF: "stopped" } as const;

// ModeText is the mode of a rule, and of a dry run what it matched.
export const ModeText = ({ mode, dryRun }: { mode: Mode; dryRun?: DryRun }) => (
  <>
    <StatusIndicator type={looks[mode]}>{texts.modes[mode]}</StatusIndicator>
    {mode === "DRY_RUN" && dryRun && <div>{texts.matched(dryRun)}</div>}
  </>
);
