// What members can be found by.

import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import type { Member } from "../../api/members.ts";
import { texts } from "../../texts/accounts.ts";
import { lastChange, mailLabel } from "./words.ts";

// Found is a member as it is filtered: by the words that the table shows.
export interface Found extends Member {
  statusLabel: string;
  typeLabel: string;
  mailLabel: string;
  reason: string;
}

export const found = (m: Member): Found => ({
  ...m,
  name: m.name ?? "",
  statusLabel: texts.statuses[m.status] ?? m.status,
  typeLabel: texts.types[m.mode] ?? m.mode,
  mailLabel: mailLabel(m),
  reason: lastChange(m),
});

const property = (key: keyof Found, label: string, operators: PropertyFilterProps.ComparisonOperator[]) => ({
  key,
  propertyLabel: label,
  groupValuesLabel: label,
  operators,
});

const names = texts.columns;

export const filterProperties: PropertyFilterProps.FilteringProperty[] = [
  property("accountId", names.accountId, ["=", "!=", ":", "!:", "^"]),
  property("name", names.name, ["=", "!=", ":", "!:"]),
  property("email", names.email, ["=", "!=", ":", "!:"]),
  property("statusLabel", names.status, ["=", "!="]),
  property("typeLabel", names.type, ["=", "!="]),
  property("mailLabel", names.mail, ["=", "!="]),
  property("reason", names.reason, ["=", "!=", ":", "!:"]),
];
