import type { Action } from "../pages/accounts/plan.ts";

const accounts = (n: number) => (n === 1 ? "1 account" : `${n.toLocaleString("en")} accounts`);
const list = new Intl.ListFormat("en");
const within = (regions: readonly string[]) => (regions.length ? ` in ${list.format(regions)}` : "");

export const texts = {
  title: "Accounts",
  count: accounts,
  description: "Accounts whose findings you see and whose monitoring you may suspend, once they accept your invitation.",
  organizationDescription: "Accounts of your organization, and others that you invited. You see the findings of those that are monitored.",
  activeOf: (type: string, active: number, all: number) => `${type} (active/all): ${active.toLocaleString("en")}/${all.toLocaleString("en")}`,
  mayNotList: "No administrator looks after this account's findings in this Region. Member accounts are shown to who may do guardduty:ListMembers.",
  add: "Add accounts",
  export: "Export CSV",
  actions: "Actions",
  empty: "No member accounts",
  emptyHint: "Add the accounts whose findings you want to see here, then invite each: it shares its findings once it accepts.",
  noMatch: "No account matches",
  clearFilter: "Clear filter",
  filterPlaceholder: "Find accounts",
  filterLabel: "Filter accounts",
  matches: (n: number) => (n === 1 ? "1 match" : `${n} matches`),
  loading: "Loading accounts",
  selection: {
    group: "Choose accounts",
    all: "Choose all accounts of this page",
    one: (id: string) => `Choose account ${id}`,
  },
  preferences: {
    title: "Preferences",
    confirm: "Confirm",
    cancel: "Cancel",
    pageSize: "Accounts a page",
    columns: "Columns",
    wrap: "Wrap lines",
    wrapHint: "Show all of a cell's text",
  },
  columns: {
    accountId: "Account ID",
    name: "Name",
    email: "E-mail",
    type: "Type",
    status: "Status",
    lastFinding: "Last finding",
    mail: "Invitation mail",
    reason: "Last change",
    updated: "Updated",
    invited: "Invited",
    detector: "Detector ID",
  },
  types: { autonomous: "By invitation", organization: "Via Organizations" },
  statuses: { "": "Not a member", Created: "Not invited", Invited: "Pending", Enabled: "Monitored", Disabled: "Suspended", Removed: "Removed", Resigned: "Resigned" },
  apiStatus: (status: string) => `API status: ${status}`,
  mails: { "": "No mail", queued: "Waiting to be sent", sent: "Sent", written: "Written to a file", failed: "Failed" },
  mailFailed: "Mail failed",
  invite: "Invite",
  inviteAgain: "Invite again",
  addOf: (id: string) => `Add member ${id}`,
  inviteOf: (id: string) => `Invite ${id}`,
  inviteAgainOf: (id: string) => `Invite again ${id}`,

  // What actions are called, and what is said before them.
  action: {
    invite: "Invite",
    add: "Add member",
    resend: "Resend invitation",
    suspend: "Suspend GuardDuty",
    resume: "Resume GuardDuty",
    disassociate: "Disassociate account",
    delete: "Delete account",
  } satisfies Record<Action, string>,
  confirm: {
    invite: "Send invitation",
    add: "Add",
    resend: "Resend",
    suspend: "Suspend",
    resume: "Resume",
    disassociate: "Disassociate",
    delete: "Delete",
  } satisfies Record<Action, string>,
  consequence: {
    invite: (n) =>
      n === 1
        ? "It is asked to let you view its findings, and shares them once it accepts."
        : "They are asked to let you view their findings, and share them once they accept.",
    add: (n) =>
      n === 1
        ? "GuardDuty is enabled there if it is off, and the account shares its findings with you at once. Nobody has to accept anything."
        : "GuardDuty is enabled where it is off, and the accounts share their findings with you at once. Nobody has to accept anything.",
    resend: () => "The invitation is mailed again. The link in the earlier mail stays good.",
    suspend: (n) =>
      `Logs are no longer analysed and no new findings are raised. Existing findings stay. ${n === 1 ? "The account stays your member, and you can resume it" : "The accounts stay your members, and you can resume them"} at any time.`,
    resume: (n) => `Logs are analysed again from now on, whoever suspended ${n === 1 ? "the account" : "the accounts"}.`,
    disassociate: (n) =>
      n === 1
        ? "The account stops sharing findings with you. You keep those that it shared until they expire. It keeps its own GuardDuty, findings and settings, and stays in your list."
        : "The accounts stop sharing findings with you. You keep those that they shared until they expire. They keep their own GuardDuty, findings and settings, and stay in your list.",
    delete: (n, ofOrganization) =>
      (n === 1
        ? "The account leaves your list, with its history and any open invitation. It keeps its own GuardDuty, findings and settings."
        : "The accounts leave your list, with their history and any open invitations. They keep their own GuardDuty, findings and settings.") +
      (ofOrganization ? " An account of your organization stays listed as “Not a member”." : ""),
  } satisfies Record<Action, (n: number, ofOrganization: boolean) => string>,
  firstDisassociated: (n: number) => `${accounts(n)} still ${n === 1 ? "shares" : "share"} findings with you and will be disassociated first.`,
  onlyDisassociated: (reason: string) => `disassociated, not deleted: ${reason}`,
  affected: (n: number, regions: number) => `This affects ${accounts(n)}${regions > 1 ? ` in ${regions} Regions` : ""}.`,
  affectedOne: (account: string, regions: readonly string[]) => account + (regions.length ? `, ${list.format(regions)}` : ""),
  affects: (n: number) => (n ? accounts(n) : "no account"),
  inRegion: (region: string, what: string) => `${region}: ${what}`,
  reading: "being read",
  regions: "Regions",
  regionsHint: "Relations belong to one Region each. Choose where to do this.",
  skip: (n: number) => `${accounts(n)} will be left as ${n === 1 ? "it is" : "they are"}`,
  skipped: {
    "": "is not a member",
    Created: "was added and not invited",
    Invited: "has not accepted yet",
    Enabled: "is monitored",
    Disabled: "is suspended",
    Removed: "was removed",
    Resigned: "left or declined",
  },
  nothing: "There is nothing to do for these accounts: choose others, or another Region.",
  cancel: "Cancel",
  done: {
    invite: (n, regions) => `${accounts(n)} invited${within(regions)}. ${n === 1 ? "It shares" : "They share"} findings with you once the invitation is accepted.`,
    add: (n, regions) => `${accounts(n)} added${within(regions)}. ${n === 1 ? "It shares" : "They share"} findings with you from now on.`,
    resend: (n, regions) => `The invitation of ${accounts(n)}${within(regions)} is mailed again.`,
    suspend: (n, regions) => `${accounts(n)} suspended${within(regions)}.`,
    resume: (n, regions) => `${accounts(n)} resumed${within(regions)}.`,
    disassociate: (n, regions) => `${accounts(n)} disassociated${within(regions)}.`,
    delete: (n, regions) => `${accounts(n)} deleted${within(regions)}.`,
  } satisfies Record<Action, (n: number, regions: readonly string[]) => string>,
  refused: (n: number) => `${accounts(n)} could not be changed`,

  // The dialog that invites.
  inviteTitle: "Invitation to GuardDuty",
  message: "Message",
  messageHint: "Shown with the invitation, in the mail and in the account's console.",
  messageTooLong: (n: number) => `At most 5,000 characters; these are ${n.toLocaleString("en")}.`,
  optional: "optional",
  sendMail: "Send an e-mail to the account's owner",
  sendMailHint: "Without it the invitation is in the account's console alone.",

  // Adding.
  addTitle: "Add member accounts",
  addDescription: "Enter accounts one by one or upload a list. Nothing is sent yet: you invite each account afterwards.",
  addDescriptionOrganization: "Enter accounts one by one or upload a list. Accounts of your organization share their findings at once; any other you invite afterwards.",
  enter: "Enter accounts",
  accountId: "Account ID",
  accountIdHint: "12 digits.",
  email: "E-mail address",
  emailHint: "Of the account's owner: the invitation goes there.",
  addOne: "Add",
  upload: "Upload list (.csv)",
  uploadHint: "A line each with an account ID and an e-mail address, separated by a comma. The first line may be the header: Account ID,Email.",
  chooseFile: "Choose file",
  dropFile: "Drop the file here",
  removeFile: (name: string) => `Remove ${name}`,
  uploaded: (good: number, file: string) => `${accounts(good)} of ${file} ${good === 1 ? "is" : "are"} in the list below.`,
  headerless: "The file has no header line; it was read from its first line on.",
  badLines: (n: number) => (n === 1 ? "1 line was left out" : `${n} lines were left out`),
  badLine: (line: number, text: string) => `Line ${line}: ${text}`,
  emptyFile: "The file holds no accounts.",
  bigFile: "The file is larger than 2 MB.",
  showMore: (n: number) => `and ${n} more`,
  staged: "Accounts to be added",
  stagedEmpty: "No accounts yet",
  stagedEmptyHint: "Enter an account above, or upload a list.",
  remove: "Remove",
  removeOf: (id: string) => `Remove ${id}`,
  note: "Note",
  alreadyIn: (there: readonly string[], missing: readonly string[]) =>
    `Already added${within(there)}${missing.length ? `; will be added${within(missing)}` : ""}.`,
  addedIn: (regions: readonly string[]) => `added${within(regions)}`,
  next: "Next",
  stagedNone: "Add at least one account to the list first.",
  added: (n: number, regions: readonly string[]) =>
    `${accounts(n)} added${within(regions)}. Member accounts share their findings with you; each must first accept your invitation: choose Invite in its Status.`,
  addedByOrganization: (n: number, regions: readonly string[]) =>
    `${accounts(n)} added${within(regions)}. Those of your organization share their findings with you from now on; any other must first accept your invitation: choose Invite in its Status.`,
  notAdded: (n: number) => `${accounts(n)} could not be added everywhere; the list below says why.`,
  addRegions: "Regions",
  addRegionsHint: "Relations belong to one Region each. Add the accounts in every Region whose findings you want to see.",
  rows: {
    noId: "Enter the account ID.",
    badId: (id: string) => `“${id.slice(0, 40)}” is not an account ID: an account ID has 12 digits.`,
    shortId: (id: string) => `“${id}” has ${id.length} digits instead of 12. Spreadsheets drop leading zeros: put ${"0".repeat(12 - id.length)} before it if they did.`,
    ownId: "This is your own account.",
    member: (id: string) => `${id} is already in your list of accounts.`,
    twice: (id: string) => `${id} is in the list twice.`,
    noEmail: "Enter the e-mail address.",
    badEmail: (email: string) => `“${email.slice(0, 80)}” is not an e-mail address.`,
    manyFields: "There are more than two fields.",
  },

  // One member.
  member: "Account",
  details: "Details",
  suspendedSince: "Suspended since",
  viewFindings: "View findings",
  mailTitle: "Invitation",
  notInvited: "This account was not invited yet.",
  delivery: "Mail",
  sentAt: "Invited at",
  plans: "Plans",
  plansHint: "What is analysed of this account beside the logs that always are.",
  plansOwn: "The account was invited, so it switches these itself.",
  history: "History",
  historyEmpty: "No changes",
  when: "When",
  by: "By",
  what: "What happened",
  operator: "The server's operator",
  fixEmail: "Change e-mail",
  fixEmailHint: "The pending invitation is mailed again, to the new address.",
  newEmail: "New e-mail address",
  saveEmail: "Change",
  notListed: "not in your list",
  emailFixed: (email: string, regions: readonly string[], mailed: boolean) =>
    `The address is ${email} now${within(regions)}${mailed ? ", and the invitation goes there" : ""}.`,
  noMember: "This account is not in your list in this Region.",
  noMessage: "No message",

  // A member's own view.
  memberOf: "This account is a member account",
  memberText: (administrator: string) =>
    `It pushes its findings to account ${administrator}, its administrator, who also may suspend and resume its monitoring. Your own findings, lists and settings stay yours.`,
  managed: "It is a member by its organization, so only the administrator can end that.",
  administrator: "Administrator",
  since: "Invited",
  relation: "Status",
  leave: "Leave",
  leaveTitle: (administrator: string) => `Leave ${administrator}?`,
  leaveText: (region: string) =>
    `In ${region}, your findings are no longer shared with it. It keeps the findings that it got until now; your own service goes on as it is. To become its member again, accept the same invitation or a new one.`,
  left: (region: string) => `In ${region}, this account shares its findings with nobody now.`,
  leaveLabel: (id: string) => `Leave ${id}`,

  // Invitations that wait.
  invited: (n: number) => (n === 1 ? "You have a membership invitation" : `You have ${n} membership invitations`),
  invitedText: (n: number) => `${n === 1 ? "Another account asks" : "Other accounts ask"} to view and manage GuardDuty findings on your behalf.`,
  view: "View invitations",

  help: {
    text: [
      "Relations belong to one Region. An account is added, invited, and shares its findings from the moment that it accepts; nothing older is shared.",
    ],
    words: [
      ["Not a member", "Of your organization, which you administer: add it as a member."],
      ["Invite", "Added and not invited yet: choose it to send the invitation."],
      ["Pending", "Invited; waits for the account to accept."],
      ["Monitored", "The account shares its findings with you."],
      ["Suspended", "A member whose logs aren't analysed now, by your or its own decision."],
      ["Removed", "You ended the relation, or the account disabled the service."],
      ["Resigned", "The account left or declined."],
    ],
  },
};
