const days = (n: number) => (n === 1 ? "1 day" : `${n} days`);

export const texts = {
  title: "Usage",
  description: "How much of the logs was analysed in the last 30 days, of this account and its members. Analysis costs nothing here, so it is told in events and bytes.",
  account: "Account",
  all: "All accounts",
  total: "Last 30 days",
  events: "Events",
  bytes: "Volume",
  by: { accounts: "By account", features: "By feature", resources: "By resource" },
  about: {
    accounts: "Logs of each account.",
    features: "Logs of each kind, as the detector's features are called.",
    resources: "Buckets, instances, network interfaces and VPCs with the most logs.",
  },
  columns: { accounts: "Account", features: "Feature", resources: "Resource" },
  trial: "Free trial",
  left: (n: number) => (n > 0 ? `${days(n)} left` : "Ended"),
  empty: "Nothing was analysed yet",
  emptyHint: "Once logs come in, it is counted here. Coverage shows which logs arrive.",
  toCoverage: "Go to Coverage",
  find: "Find",
  noMatch: "Nothing matches",
  clear: "Clear filter",
  matches: (n: number) => (n === 1 ? "1 match" : `${n} matches`),
  trialBanner: (n: number) => `GuardDuty's API reports a free trial: ${days(n)} left`,
  trialBannerText: "Picket itself stays free afterwards.",
};
