package rule

import "strings"

// TechniqueName is the name of an ATT&CK technique or subtechnique that rules speak of, or "" if it is not known.
func TechniqueName(id string) string { return techniqueNames[id] }

// techniqueTitle writes a technique as GuardDuty's catalogue does: "T1098.001 - Account Manipulation: Additional Cloud
// Credentials".
func techniqueTitle(id string) string {
	name := techniqueNames[id]
	if parent, _, sub := strings.Cut(id, "."); sub {
		name = techniqueNames[parent] + ": " + name
	}
	return id + " - " + name
}

// techniqueNames are those of version 19 of ATT&CK, where T1685 took the place of T1562.
var techniqueNames = map[string]string{
	"T1005": "Data from Local System", "T1011": "Exfiltration Over Other Network Medium", "T1020": "Automated Exfiltration",
	"T1021": "Remote Services", "T1021.001": "Remote Desktop Protocol", "T1021.004": "SSH", "T1021.006": "Windows Remote Management",
	"T1021.007": "Cloud Services", "T1021.008": "Direct Cloud VM Connections", "T1029": "Scheduled Transfer",
	"T1037": "Boot or Logon Initialization Scripts", "T1040": "Network Sniffing",
	"T1041": "Exfiltration Over C2 Channel", "T1046": "Network Service Discovery", "T1048": "Exfiltration Over Alternative Protocol",
	"T1048.003": "Exfiltration Over Unencrypted Non-C2 Protocol", "T1049": "System Network Connections Discovery",
	"T1059": "Command and Scripting Interpreter", "T1059.009": "Cloud API", "T1069": "Permission Groups Discovery",
	"T1069.003": "Cloud Groups", "T1071": "Application Layer Protocol", "T1071.001": "Web Protocols", "T1071.003": "Mail Protocols",
	"T1071.004": "DNS", "T1078": "Valid Accounts", "T1078.001": "Default Accounts", "T1078.004": "Cloud Accounts",
	"T1087": "Account Discovery", "T1087.004": "Cloud Account", "T1090": "Proxy", "T1090.003": "Multi-hop Proxy", "T1098": "Account Manipulation",
	"T1098.001": "Additional Cloud Credentials", "T1098.003": "Additional Cloud Roles", "T1098.004": "SSH Authorized Keys",
	"T1102": "Web Service", "T1105": "Ingress Tool Transfer", "T1110": "Brute Force", "T1110.001": "Password Guessing",
	"T1110.003": "Password Spraying", "T1119": "Automated Collection", "T1132": "Data Encoding", "T1133": "External Remote Services",
	"T1136": "Create Account", "T1136.003": "Cloud Account", "T1189": "Drive-by Compromise", "T1190": "Exploit Public-Facing Application",
	"T1199": "Trusted Relationship", "T1204": "User Execution", "T1204.003": "Malicious Image", "T1210": "Exploitation of Remote Services",
	"T1213": "Data from Information Repositories", "T1482": "Domain Trust Discovery", "T1484": "Domain or Tenant Policy Modification",
	"T1485": "Data Destruction", "T1485.001": "Lifecycle-Triggered Deletion", "T1486": "Data Encrypted for Impact", "T1490": "Inhibit System Recovery", "T1491": "Defacement",
	"T1496": "Resource Hijacking", "T1496.001": "Compute Hijacking", "T1496.002": "Bandwidth Hijacking", "T1496.003": "SMS Pumping", "T1496.004": "Cloud Service Hijacking", "T1498": "Network Denial of Service",
	"T1498.001": "Direct Network Flood", "T1498.002": "Reflection Amplification", "T1499": "Endpoint Denial of Service",
	"T1505": "Server Software Component", "T1525": "Implant Internal Image", "T1526": "Cloud Service Discovery", "T1528": "Steal Application Access Token",
	"T1530": "Data from Cloud Storage", "T1531": "Account Access Removal", "T1535": "Unused/Unsupported Cloud Regions",
	"T1537": "Transfer Data to Cloud Account", "T1538": "Cloud Service Dashboard", "T1546": "Event Triggered Execution",
	"T1548": "Abuse Elevation Control Mechanism", "T1548.005": "Temporary Elevated Cloud Access", "T1550": "Use Alternate Authentication Material",
	"T1550.001": "Application Access Token", "T1552": "Unsecured Credentials", "T1552.001": "Credentials In Files",
	"T1552.005": "Cloud Instance Metadata API", "T1552.007": "Container API", "T1555": "Credentials from Password Stores",
	"T1555.006": "Cloud Secrets Management Stores", "T1556": "Modify Authentication Process", "T1556.006": "Multi-Factor Authentication",
	"T1556.009": "Conditional Access Policies", "T1560": "Archive Collected Data", "T1561": "Disk Wipe", "T1563": "Remote Service Session Hijacking", "T1564": "Hide Artifacts", "T1565": "Data Manipulation", "T1566": "Phishing", "T1567": "Exfiltration Over Web Service",
	"T1567.002": "Exfiltration to Cloud Storage", "T1568": "Dynamic Resolution", "T1568.002": "Domain Generation Algorithms",
	"T1570": "Lateral Tool Transfer", "T1571": "Non-Standard Port", "T1572": "Protocol Tunneling", "T1573": "Encrypted Channel",
	"T1578": "Modify Cloud Compute Infrastructure", "T1578.001": "Create Snapshot", "T1578.002": "Create Cloud Instance",
	"T1578.003": "Delete Cloud Instance", "T1578.005": "Modify Cloud Compute Configurations", "T1580": "Cloud Infrastructure Discovery",
	"T1583": "Acquire Infrastructure", "T1583.001": "Domains", "T1586": "Compromise Accounts", "T1586.002": "Email Accounts", "T1590": "Gather Victim Network Information",
	"T1595": "Active Scanning", "T1595.001": "Scanning IP Blocks", "T1595.002": "Vulnerability Scanning", "T1606": "Forge Web Credentials",
	"T1613": "Container and Resource Discovery", "T1619": "Cloud Storage Object Discovery", "T1648": "Serverless Execution",
	"T1651": "Cloud Administration Command", "T1657": "Financial Theft", "T1666": "Modify Cloud Resource Hierarchy",
	"T1685": "Disable or Modify Tools", "T1685.002": "Disable or Modify Cloud Log",
}
