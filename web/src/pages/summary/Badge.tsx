// The label of a severity, in its colour.

import { Severity } from "../../components/Severity.tsx";
import { type Band, bands } from "../findings/criteria.ts";

export const Badge = ({ band }: { band: Band }) => <Severity value={Number(bands[band][0])} />;
