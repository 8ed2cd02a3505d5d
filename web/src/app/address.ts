// How addresses below /console/ are read: /console/REGION/PATH for what belongs to a region, /console/PATH for the rest.

export interface Address {
  region: string; // empty for what belongs to none
  path: string; // without slashes at its ends
}

const regionName = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;

export function readAddress(pathname: string, base: string): Address {
  const parts = (pathname.startsWith(base) ? pathname.slice(base.length) : "").split("/").filter(Boolean).map(decode);
  const region = parts[0] && regionName.test(parts[0]) ? parts[0] : "";
  return { region, path: parts.slice(region ? 1 : 0).map(encodeURIComponent).join("/") };
}

// match returns the parameters of a path by a pattern such as "members/:account", or nothing.
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const want = pattern.split("/");
  const got = path.split("/");
  if (want.length !== got.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, part] of want.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decode(got[i] ?? "");
    else if (part !== got[i]) return undefined;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
