// Which members keep an administrator from disabling the service.

import type { Status } from "../../api/members.ts";

const blocks: Status[] = ["Invited", "Enabled", "Disabled"];

export const blocking = <M extends { status: Status }>(members: readonly M[]): M[] => members.filter((m) => blocks.includes(m.status));
