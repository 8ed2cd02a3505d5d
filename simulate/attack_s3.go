package simulate

import "picket/event"

// Calls of data events.
var (
	listObjects  = spec{service: "s3", name: "ListObjects", flags: "rd", params: `{"list-type":"2","bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","prefix":""}`, extra: s3Extra, resource: s3List}
	getObject    = spec{service: "s3", name: "GetObject", flags: "rd", params: s3Get, extra: s3Extra, resource: s3Object}
	putObject    = spec{service: "s3", name: "PutObject", flags: "d", params: s3Get, response: `{"x-amz-server-side-encryption":"AES256"}`, extra: s3Write, resource: s3Object}
	deleteObject = spec{service: "s3", name: "DeleteObject", flags: "d", params: s3Get, extra: s3Extra, resource: s3Object}
)

// s3Attacks are the foundational types of buckets and those of S3 data events.
func s3Attacks() []scenario {
	ct := event.KindCloudTrail
	return []scenario{
		{"Policy:S3/AccountBlockPublicAccessDisabled", "the account's block of public access is lifted", ct, by("",
			spec{service: "s3", name: "PutAccountPublicAccessBlock", params: `{"publicAccessBlock":"","accountId":"$account","PublicAccessBlockConfiguration":{"xmlns":"http://awss3control.amazonaws.com/doc/2018-08-20/","RestrictPublicBuckets":false,"BlockPublicPolicy":false,"BlockPublicAcls":false,"IgnorePublicAcls":false},"Host":"$account.s3-control.$region.amazonaws.com"}`, extra: s3Extra})},
		{"Policy:S3/BucketAnonymousAccessGranted", "a bucket's policy lets everyone read", ct, onBucket(
			spec{service: "s3", name: "PutBucketPolicy", params: `{"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"PublicRead","Effect":"Allow","Principal":"*","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::$bucket/*"]}]},"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","policy":""}`, extra: s3Extra, resource: s3Bucket})},
		{"Policy:S3/BucketAnonymousAccessGranted", "a bucket's access list lets everyone read", ct, onBucket(
			spec{service: "s3", name: "PutBucketAcl", params: `{"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","acl":"","x-amz-acl":"public-read"}`, extra: s3Extra, resource: s3Bucket})},
		{"Policy:S3/BucketBlockPublicAccessDisabled", "a bucket's block of public access is lifted", ct, onBucket(
			spec{service: "s3", name: "PutBucketPublicAccessBlock", params: `{"publicAccessBlock":"","bucketName":"$bucket","PublicAccessBlockConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","RestrictPublicBuckets":false,"BlockPublicPolicy":false,"BlockPublicAcls":false,"IgnorePublicAcls":false},"Host":"$bucket.s3.$region.amazonaws.com"}`, extra: s3Extra, resource: s3Bucket})},
		{"Policy:S3/BucketPublicAccessGranted", "a bucket's policy lets every AWS principal read", ct, onBucket(
			spec{service: "s3", name: "PutBucketPolicy", params: `{"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::$bucket/*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*"}}}]},"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","policy":""}`, extra: s3Extra, resource: s3Bucket})},
		{"Stealth:S3/ServerAccessLoggingDisabled", "a bucket's access log is switched off", ct, onBucket(
			spec{service: "s3", name: "PutBucketLogging", params: `{"BucketLoggingStatus":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/"},"bucketName":"$bucket","logging":"","Host":"$bucket.s3.$region.amazonaws.com"}`, extra: s3Extra, resource: s3Bucket})},

		{"Discovery:S3/MaliciousIPCaller", "a bucket is listed from a listed address", ct, objects("malicious", "", listObjects, 6)},
		{"Discovery:S3/MaliciousIPCaller.Custom", "a bucket is listed from an address of the own threat list", ct, objects("custom", "", listObjects, 6)},
		{"Discovery:S3/TorIPCaller", "a bucket is listed through Tor", ct, objects("tor_exit", "", listObjects, 6)},
		{"Exfiltration:S3/MaliciousIPCaller", "objects are read from a listed address", ct, objects("malicious", "", getObject, 60)},
		{"Impact:S3/MaliciousIPCaller", "objects are deleted from a listed address", ct, objects("malicious", "", deleteObject, 40)},
		{"PenTest:S3/KaliLinux", "objects are read on Kali Linux", ct, objects("", kaliAgent, getObject, 5)},
		{"PenTest:S3/ParrotLinux", "objects are read on Parrot Linux", ct, objects("", parrotAgent, getObject, 5)},
		{"PenTest:S3/PentooLinux", "objects are read on Pentoo Linux", ct, objects("", pentooAgent, getObject, 5)},
		{"UnauthorizedAccess:S3/TorIPCaller", "objects are read and written through Tor", ct, func(s *stage) {
			objects("tor_exit", "", getObject, 20)(s)
			objects("tor_exit", "", putObject, 2)(s)
		}},
		{"UnauthorizedAccess:S3/MaliciousIPCaller.Custom", "objects are read from an address of the own threat list", ct, objects("custom", "", getObject, 20)},
	}
}

// onBucket changes a bucket, which the label names.
func onBucket(sp spec) func(*stage) {
	return func(s *stage) {
		s.bucket()
		by("", sp)(s)
	}
}

// bucket chooses the bucket of the attack.
func (s *stage) bucket() {
	k := s.acct.id + "bucket"
	s.cast[k]++
	if s.label.Resource == "" {
		s.label.Resource = s.acct.buckets[s.cast[k]%len(s.acct.buckets)]
	}
}

// objects makes n calls on the objects of a bucket, from a list's address or, with "", from the user's own.
func objects(list, agent string, sp spec, n int) func(*stage) {
	return func(s *stage) {
		s.bucket()
		u := s.user()
		ip := u.ips[1]
		if list != "" {
			ip = ipString(s.threat(list))
		}
		if agent == "" {
			agent = pythonAgent
		}
		for range n {
			s.call(u, ip, agent, sp, fine)
		}
	}
}
