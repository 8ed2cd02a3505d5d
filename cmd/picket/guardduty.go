package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"picket/export/text"
	"picket/operator"
	"picket/service"
)

// actAs is the account and the regions that a command acts in.
type actAs struct {
	serverFlags
	account string
	regions []string
}

func (a *actAs) add(c *cobra.Command) {
	a.serverFlags.add(c)
	accountFlag(c, &a.account)
	c.PersistentFlags().StringSliceVar(&a.regions, "regions", nil, "regions to act in, or all (default the server's first); what fails in one is said, the others go on, and the exit code is 2")
}

// accountID is what the id of an account looks like.
var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// region is one region with a client that acts as the account, and the account's detector there: "" if the service is off.
type region struct {
	name     string
	account  *service.Account
	client   *guardduty.Client
	operator *operator.Client
	detector string
}

// enable enables the service where it is not. Nothing analyses what comes of a closed account.
func (r *region) enable(ctx context.Context) error {
	if r.account.ClosedAt != 0 {
		return fmt.Errorf("account %[1]s is closed, and nothing of it is analysed: picket account reopen %[1]s first", r.account.ID)
	}
	if r.detector != "" {
		return nil
	}
	out, err := r.client.CreateDetector(ctx, &guardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	if err == nil {
		r.detector = *out.DetectorId
	}
	return err
}

// inRegions does f in each region that the command names. What fails in one is said, and the others are done all the same: the
// command's exit code, which inRegions then returns, is exitError, or what f returns as its own.
func (a *actAs) inRegions(c *cobra.Command, f func(region) error) error {
	return a.eachRegion(c.Context(), f, func(failed error) { fmt.Fprintln(c.ErrOrStderr(), failed) })
}

// eachRegion is inRegions that tells say what fails in a region.
func (a *actAs) eachRegion(ctx context.Context, f func(region) error, say func(error)) (err error) {
	if !accountID.MatchString(a.account) {
		return fmt.Errorf("--account: %q is no account: an id has 12 digits", a.account)
	}
	t, done, err := a.transport(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	names, err := a.regionNames(ctx, t)
	if err != nil {
		return err
	}
	account := new(service.Account)
	if err := operator.NewClient(t).Do(ctx, "account/show", operator.AccountOnly{Account: a.account}, account); err != nil {
		return err
	}
	var last error
	for _, name := range names {
		var code exit
		switch err := a.inRegion(ctx, t, account, name, f); {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &code):
			last = code
		case err != nil:
			say(fmt.Errorf("%s: %s", name, text.Clean(plain(err).Error())))
			last = exit(exitError)
		}
	}
	return last
}

func (a *actAs) inRegion(ctx context.Context, t http.RoundTripper, account *service.Account, name string, f func(region) error) error {
	r := region{name: name, account: account, operator: operator.NewClient(t), client: guardduty.New(guardduty.Options{
		Region: name, BaseEndpoint: aws.String("http://picket/api/" + a.account + "/" + name), HTTPClient: &http.Client{Transport: t},
		Credentials: aws.AnonymousCredentials{},
	})}
	out, err := r.client.ListDetectors(ctx, &guardduty.ListDetectorsInput{})
	if err != nil {
		return err
	}
	if len(out.DetectorIds) > 0 {
		r.detector = out.DetectorIds[0]
	}
	return f(r)
}

// ends reports whether an error is more than an exit code: there is nothing to go on with, or to show.
func ends(err error) bool {
	var code exit
	return err != nil && !errors.As(err, &code)
}

// inEnabled does f in those of the regions where the service is enabled, and says where it isn't.
func (a *actAs) inEnabled(c *cobra.Command, f func(region) error) error {
	var off []string
	enabled := 0
	err := a.inRegions(c, func(r region) error {
		if r.detector == "" {
			off = append(off, r.name)
			return nil
		}
		enabled++
		return f(r)
	})
	switch {
	case err == nil && enabled == 0:
		return a.off()
	case len(off) > 0:
		fmt.Fprintf(c.ErrOrStderr(), "not enabled in %s\n", strings.Join(off, ", "))
	}
	return err
}

func (a *actAs) off() error {
	return fmt.Errorf("GuardDuty is not enabled for account %s: enable it first (create-detector)", a.account)
}

func (a *actAs) regionNames(ctx context.Context, t http.RoundTripper) ([]string, error) {
	var served []string
	if err := operator.NewClient(t).Do(ctx, "region/list", struct{}{}, &served); err != nil {
		return nil, err
	}
	if len(a.regions) == 0 {
		return served[:1], nil
	}
	if slices.Equal(a.regions, []string{"all"}) {
		return served, nil
	}
	for _, r := range a.regions {
		if !slices.Contains(served, r) {
			return nil, fmt.Errorf("--regions: the server has no region %s, but %s", r, strings.Join(served, ", "))
		}
	}
	return a.regions, nil
}

// plain is the message of an API error, without the SDK's words around it.
func plain(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return errors.New(api.ErrorMessage())
	}
	return err
}
