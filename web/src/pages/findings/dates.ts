// Times of conditions, milliseconds as text, in the parts that a form has: the local day and the time of day.

import { localTime } from "../../components/Time.tsx";

export function formatDate(value: unknown): string {
  const at = Number(value);
  return value && Number.isFinite(at) ? localTime(at) : String(value ?? "");
}

const two = (n: number) => String(n).padStart(2, "0");

export function day(at: string): string {
  const date = at ? new Date(Number(at)) : undefined;
  return date && !Number.isNaN(date.getTime()) ? `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}` : "";
}

export function timeOfDay(at: string): string {
  const date = at ? new Date(Number(at)) : undefined;
  return date && !Number.isNaN(date.getTime()) ? `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}` : "";
}

// millis is the time of a day and a time of day, which may be unfinished.
export function millis(date: string, time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  const [year = 0, month = 1, dayOfMonth = 1] = date.split("-").map(Number);
  return new Date(year, month - 1, dayOfMonth, hours, minutes, seconds).getTime();
}
