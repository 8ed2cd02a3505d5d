export const texts = {
  done: "Done",
  close: "Close",
  copy: (label: string) => `Copy: ${label}`,
  copied: "Copied",
  notCopied: "Couldn't be copied",
};
