// What attributes without a name of their own are called: by their paths, in words. "service.action.rdsLoginAttemptAction.remoteIpDetails
// .country.countryCode" is "RDS login attempt: remote country code".

import { sentence } from "../../components/sentence.ts";
import { partsOf } from "./sections.ts";

const around = /^(service|resource|action|detection|context|data)$/; // steps that say nothing

export function fullLabelOf(path: string): string {
  const [subject = [], ...rest] = path.split(".").flatMap((step, i, all) => (i < all.length - 1 && around.test(step) ? [] : [stepOf(step)]));
  const more = rest.reduce(join, subject).slice(subject.length);
  return sentence(subject.join(" ") + (more.length ? `: ${more.join(" ")}` : ""));
}

const stepOf = (step: string) => partsOf(step.replace(/(?<=.)Action$/, "").replace(/^(remote|local)IpDetails$/, "$1"));

// join says once what one ends and the other begins with: "local port", "port name".
function join(before: string[], words: string[]): string[] {
  for (let n = words.length; n > 0; n--) {
    if (before.slice(-n).join(" ") === words.slice(0, n).join(" ")) return [...before, ...words.slice(n)];
  }
  return [...before, ...words];
}
