"""Drives GuardDuty's API through boto3 as well-known tools do: the same calls, in the same order, with the same reading of
what comes back. Written anew after what those tools do. Called with the name of a tool; reads what it works on, JSON, from
standard input, and prints what came of it, JSON. Where a tool would wait, this asks again; where it would never end, this
ends after `rounds`."""
import json
import sys
import uuid

import boto3
from botocore.exceptions import ClientError

rounds = 20
work = json.load(sys.stdin)  # endpoint, region, admin, members: [[id, email]...], and what else a tool needs


def connect(service, **keys):
    return boto3.client(service, endpoint_url=work["endpoint"], region_name=work["region"], **keys)


def assume(account):
    """A client in an account, by its role."""
    partition = connect("sts").get_caller_identity()["Arn"].split(":")[1]
    made = connect("sts").assume_role(
        RoleArn=f"arn:{partition}:iam::{account}:role/OrganizationAccountAccessRole", RoleSessionName="EnableGuardDuty"
    )["Credentials"]
    return connect(
        "guardduty", aws_access_key_id=made["AccessKeyId"], aws_secret_access_key=made["SecretAccessKey"], aws_session_token=made["SessionToken"]
    )


def detector_of(client, make=True):
    ids = client.list_detectors()["DetectorIds"]
    if ids or not make:
        return ids[0] if ids else None
    return client.create_detector(Enable=True, ClientToken=str(uuid.uuid4()))["DetectorId"]


def members_of(client, detector, associated="false"):
    pages = client.get_paginator("list_members").paginate(DetectorId=detector, OnlyAssociated=associated)
    return {m["AccountId"]: m for page in pages for m in page["Members"]}


def status_of(client, detector, account):
    return members_of(client, detector).get(account, {}).get("RelationshipStatus")


def batches(items, size):
    return [items[i : i + size] for i in range(0, len(items), size)]


def read_csv(text):
    """The accounts of a file without a header; a line that begins with no account is skipped, as is what follows an address."""
    found = []
    for line in text.split("\n"):
        fields = [f.strip() for f in line.rstrip().split(",")]
        if len(fields) >= 2 and len(fields[0]) >= 12 and fields[0][:12].isdigit():
            found.append((fields[0], fields[1]))
    return found


# The script of AWS's samples that enables many accounts.
def samples_enable():
    admin = assume(work["admin"])
    detector = detector_of(admin)
    outcome = {}
    for account, email in read_csv(work["csv"]):
        try:
            outcome[account] = samples_enable_one(admin, detector, account, email)
        except ClientError as e:
            outcome[account] = e.response["Error"]["Code"]
    return outcome


def samples_enable_one(admin, detector, account, email):
    member = assume(account)
    own = detector_of(member)
    if status_of(admin, detector, account) is None:
        admin.create_members(AccountDetails=[{"AccountId": account, "Email": email}], DetectorId=detector)
        if status_of(admin, detector, account) is None:
            return "not listed after it was made"
    if status_of(admin, detector, account) == "Disabled":
        admin.start_monitoring_members(AccountIds=[account], DetectorId=detector)
    for _ in range(rounds):
        status = status_of(admin, detector, account)
        if status == "Enabled":
            return status
        if status == "Created":
            admin.invite_members(AccountIds=[account], DetectorId=detector, Message=f"Account {work['admin']} invites you to join GuardDuty.")
        if status in ("Invited", "Resigned"):
            invitation = None
            for page in member.get_paginator("list_invitations").paginate():
                for i in page["Invitations"]:
                    invitation = i["InvitationId"]
            if invitation is not None:
                member.accept_invitation(DetectorId=own, InvitationId=invitation, MasterId=work["admin"])
    return "never ends"


# The script of AWS's samples that undoes it.
def samples_disable():
    accounts = [a for a, _ in read_csv(work["csv"])]
    admin = assume(work["admin"])
    detector = detector_of(admin, make=False)
    listed = [m["AccountId"] for m in admin.list_members(DetectorId=detector, OnlyAssociated="false")["Members"]]
    outcome = {}
    try:
        if listed:
            those = listed if work["delete_master"] else accounts
            admin.disassociate_members(AccountIds=those, DetectorId=detector)
            admin.delete_members(AccountIds=those, DetectorId=detector)
        if work["delete_master"]:
            admin.delete_detector(DetectorId=detector)
    except ClientError as e:
        outcome["master"] = e.response["Error"]["Message"]
    for account in accounts:
        member = assume(account)
        own = detector_of(member, make=False)
        if own:
            member.delete_detector(DetectorId=own)
    return outcome


# cloud-custodian's c7n-guardian.
def guardian_enable():
    admin = assume(work["admin"])
    detector = detector_of(admin)
    statuses = {a: m["RelationshipStatus"] for a, m in members_of(admin, detector, "FALSE").items()}
    resigned = [a for a, s in statuses.items() if s == "Resigned"]
    if resigned:
        admin.delete_members(DetectorId=detector, AccountIds=resigned)
    suspended = [a for a, s in statuses.items() if s == "Disabled"]
    if suspended:
        admin.start_monitoring_members(DetectorId=detector, AccountIds=suspended)
    refused = []
    there = set(statuses) - set(resigned)
    for batch in batches([{"AccountId": a, "Email": e} for a, e in work["members"] if a not in there], 25):
        refused += admin.create_members(DetectorId=detector, AccountDetails=batch)["UnprocessedAccounts"]
    waiting = [a for a, _ in work["members"] if statuses.get(a) not in ("Enabled", "Disabled")]
    for batch in batches([a for a in waiting if statuses.get(a) != "Invited"], 25):
        refused += admin.invite_members(DetectorId=detector, AccountIds=batch)["UnprocessedAccounts"]
    for account in waiting:
        member = assume(account)
        own = detector_of(member)
        ours = [i for i in member.list_invitations()["Invitations"] if i["AccountId"] == work["admin"]]
        ours.sort(key=lambda i: i["InvitedAt"])
        member.accept_invitation(DetectorId=own, InvitationId=ours[-1]["InvitationId"], MasterId=work["admin"])
    return [u["Result"] for u in refused]


def guardian_disable():
    accounts = [a for a, _ in work["members"]]
    admin = assume(work["admin"])
    detector = detector_of(admin, make=False)
    if work["how"] == "suspend":
        return admin.stop_monitoring_members(DetectorId=detector, AccountIds=accounts)["UnprocessedAccounts"]
    if work["how"] == "dissociate":
        admin.disassociate_members(DetectorId=detector, AccountIds=accounts)
    for account in accounts:
        member = assume(account)
        own = detector_of(member, make=False)
        if work["how"] == "disable-detector":
            member.update_detector(DetectorId=own, Enable=False)
            continue
        try:
            member.disassociate_from_master_account(DetectorId=own)
        except ClientError as e:
            if e.response["Error"]["Code"] != "BadRequestException":
                raise
    return []


def guardian_report():
    admin = assume(work["admin"])
    found = members_of(admin, detector_of(admin, make=False), "TRUE")
    return {a: [m["RelationshipStatus"], bool(m["InvitedAt"]), bool(m["UpdatedAt"])] for a, m in found.items()}


# mozilla's guardduty-multi-account-manager.
def manager_enable():
    admin = assume(work["admin"])
    detector = detector_of(admin)
    for _ in range(rounds):
        statuses = {a: m["RelationshipStatus"].lower() for a, m in members_of(admin, detector).items()}
        left = [(a, e) for a, e in work["members"] if statuses.get(a) != "enabled"]
        if not left:
            return "done"
        for account, email in left:
            manager_step(admin, detector, account, email, statuses.get(account))
    return "never ends"


def manager_step(admin, detector, account, email, status):
    member = assume(account)
    own = detector_of(member)
    if status in (None, "removed"):
        admin.create_members(DetectorId=detector, AccountDetails=[{"AccountId": account, "Email": email}])
    elif status == "disabled":
        member.update_detector(DetectorId=own, Enable=True)
    elif status == "emailverificationfailed":
        admin.delete_members(DetectorId=detector, AccountIds=[account])
    if status in ("created", "resigned"):
        admin.invite_members(DetectorId=detector, AccountIds=[account], DisableEmailNotification=True)
    if status in ("resigned", "invited", "emailverificationinprogress"):
        for i in member.list_invitations()["Invitations"]:
            if i["AccountId"] == work["admin"]:
                member.accept_invitation(DetectorId=own, MasterId=work["admin"], InvitationId=i["InvitationId"])
                break


def manager_teardown():
    admin = assume(work["admin"])
    detector = detector_of(admin)
    admin.delete_members(DetectorId=detector, AccountIds=[a for a, _ in work["members"]])
    for account, _ in work["members"]:
        member = assume(account)
        own = detector_of(member, make=False)
        if own:
            try:
                member.disassociate_from_master_account(DetectorId=own)
            except ClientError as e:
                if e.response["Error"]["Code"] != "BadRequestException":
                    raise
            member.delete_detector(DetectorId=own)
        inviters = [i["AccountId"] for i in member.list_invitations()["Invitations"]]
        if inviters:
            member.delete_invitations(AccountIds=inviters)
    return "done"


# The organization's set-up of AWS's Security Reference Architecture.
def reference_organization():
    manager = connect("guardduty")
    if not manager.list_organization_admin_accounts()["AdminAccounts"]:
        manager.enable_organization_admin_account(AdminAccountId=work["admin"])
    admin = assume(work["admin"])
    detector = detector_of(admin, make=False)
    for batch in batches([{"AccountId": a, "Email": e} for a, e in work["members"]], 50):
        for _ in range(5):
            refused = admin.create_members(DetectorId=detector, AccountDetails=batch)["UnprocessedAccounts"]
            if any("error" in u["Result"] for u in refused):
                return refused
            batch = [m for m in batch if m["AccountId"] in {u["AccountId"] for u in refused}]
            if not batch:
                break
        if batch:
            return refused
    for _ in range(10):
        if set(members_of(admin, detector)) >= {a for a, _ in work["members"]}:
            break
    else:
        return "not all are listed"
    for batch in batches([a for a, _ in work["members"]], 50):
        refused = admin.update_member_detectors(DetectorId=detector, AccountIds=batch, DataSources={"S3Logs": {"Enable": True}})["UnprocessedAccounts"]
        if refused:
            return refused
    admin.update_organization_configuration(DetectorId=detector, AutoEnable=True, DataSources={"S3Logs": {"AutoEnable": True}})
    made = admin.create_publishing_destination(
        DetectorId=detector,
        DestinationType="S3",
        DestinationProperties={"DestinationArn": "arn:aws:s3:::findings", "KmsKeyArn": f"arn:aws:kms:{work['region']}:{work['admin']}:key/1"},
    )
    return admin.describe_publishing_destination(DetectorId=detector, DestinationId=made["DestinationId"])["Status"]


# prowler's check that accounts are managed centrally, with the caller's own keys.
def prowler_reads():
    own = connect("guardduty")
    detector = detector_of(own, make=False)
    administrator = own.get_administrator_account(DetectorId=detector).get("Administrator")
    members = [m["AccountId"] for page in own.get_paginator("list_members").paginate(DetectorId=detector) for m in page["Members"]]
    answers = {"central": bool(administrator or members)}
    for name, call in {
        "admins": lambda: [a["AdminAccountId"] for a in own.list_organization_admin_accounts()["AdminAccounts"]],
        "auto": lambda: own.describe_organization_configuration(DetectorId=detector)["AutoEnable"],
    }.items():
        try:
            answers[name] = call()
        except ClientError as e:
            if e.response["Error"]["Code"] not in ("AccessDeniedException", "BadRequestException"):
                raise
            answers[name] = "tolerated"
    return answers


# aws-nuke and cloud-nuke.
def nuke():
    own = connect("guardduty")
    outcome = {}
    for detector in own.list_detectors()["DetectorIds"]:
        old = bool(own.get_detector(DetectorId=detector)["CreatedAt"])
        try:
            own.delete_detector(DetectorId=detector)
            outcome[detector] = [old, "deleted"]
        except ClientError as e:
            outcome[detector] = [old, e.response["Error"]["Code"]]
    return outcome


# steampipe's tables: a row a member; detectors are asked for in every region, and only one is theirs.
def steampipe_tables():
    own = connect("guardduty")
    detector = detector_of(own, make=False)
    rows = []
    for account in members_of(own, detector):
        rows += [m["RelationshipStatus"] for m in own.get_members(DetectorId=detector, AccountIds=[account])["Members"]]
    try:
        connect_elsewhere = boto3.client("guardduty", endpoint_url=work["endpoint"], region_name=work["elsewhere"])
        connect_elsewhere.get_detector(DetectorId=detector)
        gone = False
    except ClientError as e:
        gone = "The request is rejected because the input detectorId is not owned by the current account." in e.response["Error"]["Message"]
    return {"rows": rows, "gone elsewhere": gone}


tools = [
    samples_enable, samples_disable, guardian_enable, guardian_disable, guardian_report, manager_enable, manager_teardown,
    reference_organization, prowler_reads, nuke, steampipe_tables,
]
print(json.dumps({t.__name__: t for t in tools}[sys.argv[1]]()))
