export const texts = {
  enable: "Enable GuardDuty",
  enabled: (region: string) => `GuardDuty is enabled in ${region}.`,
  off: (region: string) => `GuardDuty is off in ${region}`,
  offText: "Enable it to analyse this account's logs here, and to add or join other accounts.",
  mayNot: "You aren't allowed to enable it. Ask somebody with full access.",
};
