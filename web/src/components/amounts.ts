// Amounts in words.

const units = ["B", "kB", "MB", "GB", "TB", "PB"];

// bytesText writes a number of bytes in a unit of a thousand, as logs and clouds count.
export function bytesText(bytes: number): string {
  let at = 0;
  let n = bytes;
  while (n >= 999.5 && at < units.length - 1) {
    n /= 1000;
    at++;
  }
  return `${n.toLocaleString("en", { maximumSignificantDigits: at && n < 100 ? 2 : 3 })} ${units[at]}`;
}

export const countText = (n: number) => n.toLocaleString("en");
