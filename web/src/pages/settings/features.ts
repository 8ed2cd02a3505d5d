// What there is to know of features: which can be switched, and which Picket analyses.

const foundation = ["CLOUD_TRAIL", "DNS_LOGS", "FLOW_LOGS"];
const analysed = [...foundation, "S3_DATA_EVENTS"];

export interface Feature {
  name: string;
  on: boolean;
  since?: Date;
  fixed: boolean; // it can't be switched
  analysed: boolean;
  additional: { name: string; on: boolean }[];
}

// Configured is a feature as the API has it, of the account's own detector or of a member's.
interface Configured {
  Name?: string;
  Status?: string;
  UpdatedAt?: Date;
  AdditionalConfiguration?: { Name?: string; Status?: string }[];
}

// toFeatures puts what Picket analyses first.
export function toFeatures(all: readonly Configured[] = []): Feature[] {
  const features = all.map((f) => ({
    name: f.Name ?? "",
    on: f.Status === "ENABLED",
    since: f.UpdatedAt,
    fixed: foundation.includes(f.Name ?? ""),
    analysed: analysed.includes(f.Name ?? ""),
    additional: (f.AdditionalConfiguration ?? []).map((a) => ({ name: a.Name ?? "", on: a.Status === "ENABLED" })),
  }));
  return [...features.filter((f) => f.analysed), ...features.filter((f) => !f.analysed)];
}
