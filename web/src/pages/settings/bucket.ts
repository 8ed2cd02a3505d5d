// What is entered of where findings are exported to, and what is wrong with it: checked as the server does.

import type { Bucket } from "../../api/detector.ts";
import { texts } from "../../texts/settings.ts";

export type Mistakes = Partial<Record<keyof Bucket, string>>;

// checkBucket is told the owner that was expected before: the API can't be told to forget it.
export function checkBucket({ arn, key, owner }: Bucket, ownerBefore?: string): Mistakes {
  const mistakes: Mistakes = {};
  if (!/^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/.test(arn)) mistakes.arn = texts.badBucket;
  if (!/^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)\/.+$/.test(key)) mistakes.key = texts.badKey;
  if (owner && !/^\d{12}$/.test(owner)) mistakes.owner = texts.badOwner;
  if (!owner && ownerBefore) mistakes.owner = texts.ownerStays;
  return mistakes;
}
