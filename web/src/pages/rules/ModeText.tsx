import type { Mode } from "../../api/customRules.ts";
import { StatusIndicator } from "../../components/StatusIndicator.tsx";
import { texts } from "../../texts/rules.ts";

const looks = { LIVE: "success", DRY_RUN: "pending", OFF: "stopped" } as const;

export const ModeText = ({ mode }: { mode: Mode }) => <StatusIndicator type={looks[mode]}>{texts.modes[mode]}</StatusIndicator>;
