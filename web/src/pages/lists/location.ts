// Where a list's file may be, checked as the server does: s3://bucket/key, an address of an object in S3 in any of its forms, or any
// other https address.

export type Mistake = "missing" | "scheme" | "noKey" | "noHost" | "user" | "plain" | "long" | "unreadable";

const s3Host = /^(?:(.+)\.)?s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$/;
const maxLength = 300;

export function checkLocation(text: string): Mistake | undefined {
  const location = text.trim();
  if (!location) return "missing";
  if (location.length > maxLength) return "long";
  const [, scheme, rest] = /^([a-z0-9+.-]+):\/\/(.*)$/i.exec(location) ?? [];
  if (!scheme || !["s3", "https", "http"].includes(scheme.toLowerCase())) return "scheme";
  // Browsers don't read the host of addresses of schemes that they don't know, so all are read as https.
  if (!rest || rest.startsWith("/")) return "noHost";
  const url = parse(`https://${rest}`);
  if (!url) return "unreadable";
  if (url.username || url.password) return "user";
  const path = url.pathname.replace(/^\/+/, "");
  if (!path) return "noKey";
  if (scheme.toLowerCase() === "s3") return undefined;
  const host = s3Host.exec(url.hostname);
  if (!host) return scheme.toLowerCase() === "http" ? "plain" : undefined;
  if (!host[1] && !path.split("/", 2)[1]) return "noKey"; // the bucket alone
  return undefined;
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
