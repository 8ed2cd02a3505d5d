import type { AccessKey, Identity, Policies } from "../../api/identities.ts";
import type { Loaded } from "../../api/load.ts";

// Told is what is shown once: a password, or an access key.
export type Told = { password: string; user: string } | { key: AccessKey };

// All is what the tabs share.
export interface All {
  users: Loaded<Identity[]>;
  roles: Loaded<Identity[]>;
  policies: Loaded<Policies>;
  keys: Loaded<AccessKey[]>;
  mayChange: boolean;
  tell: (told: Told) => void;
}
