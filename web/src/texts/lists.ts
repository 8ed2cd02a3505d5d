import type { Kind } from "../api/lists.ts";
import type { Action } from "../pages/lists/actions.ts";
import type { Mistake } from "../pages/lists/location.ts";

const findings = (n: number) => (n === 1 ? "1 finding" : `${n.toLocaleString("en")} findings`);

export const texts = {
  title: "Lists",
  description:
    "Addresses and names that you trust, and those of threats. The lists apply to this account's logs alone, whoever its administrator is; what is on both is trusted.",
  tabs: { ips: "IP address lists", entities: "Entity lists" },
  tables: {
    trustedIps: "Trusted IP lists",
    threatIps: "Threat lists",
    trustedEntities: "Trusted entity lists",
    threatEntities: "Threat entity lists",
  } satisfies Record<Kind, string>,
  about: {
    trustedIps: "Addresses that raise no findings.",
    threatIps: "Addresses that raise findings when your resources speak with them.",
    trustedEntities: "Addresses and domain names that raise no findings.",
    threatEntities: "Addresses and domain names that raise findings when your resources speak with them.",
  } satisfies Record<Kind, string>,
  add: {
    trustedIps: "Add a trusted IP list",
    threatIps: "Add a threat list",
    trustedEntities: "Add a trusted entity list",
    threatEntities: "Add a threat entity list",
  } satisfies Record<Kind, string>,
  empty: {
    trustedIps: "No trusted IP list",
    threatIps: "No threat lists",
    trustedEntities: "No trusted entity list",
    threatEntities: "No threat entity lists",
  } satisfies Record<Kind, string>,
  emptyHint: "Put a file with an entry a line in a bucket or on a web server, and add its location here.",
  emptyRead: "Somebody with full access can add one.",
  loading: "Loading lists",
  choose: (name: string) => `Choose ${name}`,
  chooseGroup: "Choose a list",
  columns: {
    name: "List name",
    status: "Status",
    entries: "Entries",
    hits: "Hits",
    location: "Location",
    read: "Last read",
  },
  statuses: {
    ACTIVE: "Active",
    INACTIVE: "Inactive",
    ACTIVATING: "Activating",
    DEACTIVATING: "Deactivating",
    ERROR: "Error",
    DELETE_PENDING: "Delete pending",
    DELETED: "Deleted",
  } as Record<string, string>,
  why: "Why",
  whyOf: (status: string, name: string) => `${status}: why ${name} has this status`,
  note: "Note",
  changed: "Changed since activation",
  changedHint: (at: string) => `Since ${at} the location has other content than what is in force.`,
  hitsTitle: (name: string) => `Hits of ${name}`,
  hitsOf: (n: number) => `${n.toLocaleString("en")} records had to do with entries of this list since it was made. The most frequent:`,
  hitsLabel: (n: string, name: string) => `${n} hits of ${name}: show by entry`,
  lastHit: "last",

  actions: "Actions",
  action: {
    activate: "Activate",
    reactivate: "Re-activate",
    deactivate: "Deactivate",
    preview: "Preview",
    edit: "Edit",
    delete: "Delete",
  } satisfies Record<Action, string>,
  reactivateOf: (name: string) => `Re-activate ${name}`,
  confirmTitle: {
    activate: (name: string) => `Activate list ${name}?`,
    reactivate: (name: string) => `Re-activate list ${name}?`,
    deactivate: (name: string) => `Deactivate list ${name}?`,
    delete: (name: string) => `Delete list ${name}?`,
  },
  consequence: {
    activate: (trusts: boolean) =>
      trusts
        ? "The file is read now. Once the list is active, its entries raise no findings any more. Existing findings stay."
        : "The file is read now. Once the list is active, logs that tell of its entries raise findings; logs that came before aren't looked at again.",
    reactivate: () => "The file is read again, and what it says now takes the place of what is in force. Until then, and if it can't be read, nothing changes.",
    deactivate: (trusts: boolean) =>
      trusts ? "Its entries are trusted no longer: they can raise findings again. The list stays and can be activated later." : "Its entries raise no findings any more. Existing findings stay. The list stays too and can be activated later.",
    delete: (trusts: boolean) =>
      trusts
        ? "The list and its counts of hits are gone for good, and its entries can raise findings again. The file stays where it is."
        : "The list and its counts of hits are gone for good, and its entries raise no findings any more. Existing findings stay, and so does the file.",
  },
  done: {
    activate: (name: string) => `${name} is being activated.`,
    reactivate: (name: string) => `${name} is being read again.`,
    deactivate: (name: string) => `${name} is not in force any more.`,
    delete: (name: string) => `${name} is deleted.`,
    edit: (name: string) => `${name} is changed.`,
    add: (name: string) => `${name} is added. It is inactive: activate it to have it used.`,
    addActive: (name: string) => `${name} is added and being activated.`,
  },

  // The dialog that adds or edits.
  editTitle: (name: string) => `Edit ${name}`,
  save: "Save",
  name: "List name",
  nameHint: "Letters, digits, underscores and dashes. Its findings show this name.",
  location: "Location",
  locationHint: "Of the file: s3://bucket/file, the https address of an object in S3, or any other https address.",
  format: "Format",
  formats: {
    TXT: "Plaintext (TXT)",
    STIX: "Structured Threat Information Expression (STIX)",
    OTX_CSV: "Open Threat Exchange (OTX) CSV",
    ALIEN_VAULT: "AlienVault Reputation Feed",
    FIRE_EYE: "FireEye iSIGHT Threat Intelligence CSV",
    PROOF_POINT: "Proofpoint ET Intelligence Feed CSV",
  },
  plain: "An address, a range or a name a line.",
  formatFixed: "A list keeps its format. For another one, add a new list.",
  owner: "Expected bucket owner",
  ownerHint: "12 digits. If the bucket belongs to another account, the list is not read.",
  optional: "optional",
  agree: "I agree that this list may be used to judge this account's logs",
  activate: "Activate it at once",
  activateHint: "Otherwise it starts inactive.",
  rereads: "The list is active, so its file is read again when the name or the location changes.",
  noName: "Enter the list's name.",
  badName: "Letters, digits, underscores and dashes only, 300 at most.",
  badOwner: "An account ID has 12 digits.",
  ownerStays: "An owner can be changed, not taken away: give the right account, or delete the list and add it again.",
  notAgreed: "Agree before the list is added.",
  badLocation: {
    missing: "Enter where the file is.",
    long: "At most 300 characters.",
    scheme: "Begin with s3:// or https://.",
    noHost: "Name a bucket or a server after the two slashes.",
    noKey: "Name the file too, after the bucket or the server: s3://bucket/file.",
    user: "Leave the user name and the password out: a location is shown to everybody who may see lists.",
    plain: "Use https://. Plain http is taken for addresses of S3 alone.",
    unreadable: "This is no address.",
  } satisfies Record<Mistake, string>,

  // The preview.
  previewTitle: (name: string) => `What ${name} would have matched`,
  previewing: "The file is read and compared with the findings of the last 30 days.",
  previewed: (p: { matched: number; findings: number; entries: number }) =>
    `${findings(p.matched)} of ${p.findings.toLocaleString("en")} of the last 30 days ${p.matched === 1 ? "is" : "are"} about one of the ${p.entries.toLocaleString("en")} entries that the file has now.`,
  previewHint: "Findings are looked at, not logs: a threat list can match more than this. The operator's picket list preview reads logs too.",
  entry: "Address or name",
  type: "Finding type",
  count: "Findings",
  close: "Close",

  help: {
    text: [
      "A list is a file of yours, read when the list is activated and not again until you re-activate it. Picket looks at the location every quarter of an hour and says if it has other content by then.",
      "A member keeps its own lists; its administrator neither sees nor uses them, and the other way round.",
    ],
  },
};
