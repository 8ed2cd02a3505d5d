export const texts = {
  done: "Done",
  copy: (label: string) => `Copy: ${label}`,
  copied: "Copied",
  notCopied: "Couldn't be copied",
};
