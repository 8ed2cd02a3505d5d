// Package apptest tests Picket as people use it: the binary as a process of its own, with a real database, a real SMTP server
// and the clients that people have, the AWS CLI, boto3, the AWS SDKs for Go and JavaScript. It holds tests only; nothing may
// import it.
package apptest
