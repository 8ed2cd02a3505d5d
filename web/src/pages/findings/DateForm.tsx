// A time in a condition: chosen and shown in the reader's own zone, kept in milliseconds.

import DatePicker from "@cloudscape-design/components/date-picker";
import FormField from "@cloudscape-design/components/form-field";
import SpaceBetween from "@cloudscape-design/components/space-between";
import TimeInput from "@cloudscape-design/components/time-input";
import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";
import { texts } from "../../texts/findings.ts";
import { day, millis, timeOfDay } from "./dates.ts";

export function DateForm({ value, onChange }: PropertyFilterProps.ExtendedOperatorFormProps<unknown>) {
  const at = typeof value === "string" ? value : "";
  const set = (date: string, time: string) => onChange(date ? String(millis(date, time)) : null);
  return (
    <SpaceBetween size="s">
      <FormField label={texts.filter.date}>
        <DatePicker value={day(at)} onChange={({ detail }) => set(detail.value, timeOfDay(at))} placeholder="YYYY/MM/DD" expandToViewport />
      </FormField>
      <FormField label={texts.filter.time}>
        <TimeInput value={timeOfDay(at)} onChange={({ detail }) => set(day(at), detail.value)} format="hh:mm:ss" placeholder="hh:mm:ss" />
      </FormField>
    </SpaceBetween>
  );
}
