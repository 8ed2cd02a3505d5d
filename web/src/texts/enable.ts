export const texts = {
  enable: "Enable GuardDuty",
  enabled: (region: string) => `GuardDuty is enabled in ${region}.`,
  off: (region: string) => `GuardDuty is off in ${region}`,
  offText: "Enable it to analyse this account's logs here, and to add or join other accounts.",
  suspended: (region: string) => `GuardDuty is suspended in ${region}`,
  suspendedText: "This account's logs aren't analysed here, so nothing new is found. Existing findings stay.",
  suspendedByEither: (administrator: string) => `You or your administrator, account ${administrator}, suspended it, and either can resume it.`,
  suspendedByAdministrator: (administrator: string) => `Your administrator, account ${administrator}, suspended it, and only it can resume it.`,
  toSettings: "View settings",
  mayNot: "You aren't allowed to enable it. Ask somebody with full access.",
};
