// Package rules lists all families of rules and their pages. It is the only place that knows every family; it decides
// nothing.
package rules

import (
	"embed"
	"io/fs"
	"slices"

	"picket/page"
	"picket/rule"
	"picket/rules/bedrock"
	"picket/rules/ec2"
	"picket/rules/iam"
	"picket/rules/lambda"
	"picket/rules/organizations"
	"picket/rules/rds"
	"picket/rules/rolesanywhere"
	"picket/rules/route53resolver"
	"picket/rules/s3"
	"picket/rules/sagemaker"
	"picket/rules/ses"
)

// family is a package of rules.
type family struct {
	rules func() []rule.Any
	docs  *embed.FS
}

func families() []family {
	return []family{
		{bedrock.Rules, &bedrock.Docs},
		{ec2.Rules, &ec2.Docs},
		{iam.Rules, &iam.Docs},
		{lambda.Rules, &lambda.Docs},
		{organizations.Rules, &organizations.Docs},
		{rds.Rules, &rds.Docs},
		{rolesanywhere.Rules, &rolesanywhere.Docs},
		{route53resolver.Rules, &route53resolver.Docs},
		{s3.Rules, &s3.Docs},
		{sagemaker.Rules, &sagemaker.Docs},
		{ses.Rules, &ses.Docs},
	}
}

// All returns every rule, by type and signal.
func All() []rule.Any {
	var all []rule.Any
	for _, f := range families() {
		all = append(all, f.rules()...)
	}
	return rule.Sorted(all)
}

// Page returns the page of the behaviour that r belongs to.
func Page(r rule.Any) (*page.Page, error) {
	for _, f := range families() {
		if !slices.ContainsFunc(f.rules(), func(o rule.Any) bool { return o.Info().Name() == r.Info().Name() }) {
			continue
		}
		text, err := fs.ReadFile(f.docs, r.Info().Type.Stem()+".md")
		if err != nil {
			return nil, err
		}
		return page.Parse(text)
	}
	return nil, fs.ErrNotExist
}
