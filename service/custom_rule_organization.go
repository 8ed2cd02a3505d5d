package service

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"picket"
	"picket/guardduty"
)

// ruleConfig is a custom detection rule that an organization's administrator has switched on for its members.
type ruleConfig struct {
	RuleID    string                    `json:"ruleId"`
	Mode      guardduty.AssociationMode `json:"mode"`
	Include   []string                  `json:"include,omitempty"` // accounts; empty for all
	Exclude   []string                  `json:"exclude,omitempty"`
	CreatedAt int64                     `json:"createdAt"` // milliseconds since the epoch
	UpdatedAt int64                     `json:"updatedAt"`
}

// ruleConfigKind is the kind of the documents; an id is rule and mode.
const ruleConfigKind = belongings + "custom-detection-rule"

func (r ruleConfig) id() string { return r.RuleID + "/" + string(r.Mode) }

// administrates refuses a caller that no organization appointed.
func administrates(tx picket.Tx, c picket.Caller) error {
	org, err := organizationOf(tx, c)
	if err == nil && org == nil {
		err = &picket.Error{Code: picket.CodeAccessDenied, Message: notManagement, Detail: fmt.Sprintf("Account %s is no organization's GuardDuty administrator in %s.", c.Account, c.Region)}
	}
	return err
}

func checkIncludes(include, exclude []string) error {
	if len(include) > 0 && len(exclude) > 0 {
		return refuse(invalidValue, "Give includeAccountIds or excludeAccountIds, not both.")
	}
	return nil
}

// CreateCustomDetectionRuleOrgConfiguration switches a rule on for members of the caller's organization.
func (s *Service) CreateCustomDetectionRuleOrgConfiguration(ctx context.Context, c picket.Caller, in *guardduty.CreateCustomDetectionRuleOrgConfigurationRequest) (*guardduty.CreateCustomDetectionRuleOrgConfigurationResponse, error) {
	if _, err := s.customRule(c, in.RuleId); err != nil {
		return nil, err
	}
	mark := applying{Call: newID()}
	out, err := once(ctx, s, c, "CreateCustomDetectionRuleOrgConfiguration", in.ClientToken, in, func(tx picket.Tx) (*guardduty.CreateCustomDetectionRuleOrgConfigurationResponse, error) {
		if err := administrates(tx, c); err != nil {
			return nil, err
		}
		if err := checkIncludes(in.IncludeAccountIds, in.ExcludeAccountIds); err != nil {
			return nil, err
		}
		r := ruleConfig{
			RuleID: str(in.RuleId), Mode: in.Mode, Include: in.IncludeAccountIds, Exclude: in.ExcludeAccountIds, CreatedAt: s.now(), UpdatedAt: s.now(),
		}
		if _, err := get[ruleConfig](tx, key(c, ruleConfigKind, r.id())); picket.ErrorCode(err) != picket.CodeNotFound {
			return nil, orConflict(err, "The organization has a configuration of rule %s with mode %s already.", r.RuleID, r.Mode)
		}
		return &guardduty.CreateCustomDetectionRuleOrgConfigurationResponse{}, cmp.Or(
			tx.Documents().Put(key(c, ruleConfigKind, r.id()), r),
			tx.Documents().Put(key(c, applyRulesKind, configID), mark),
		)
	})
	return out, s.thenApply(ctx, c, mark, err)
}

func ruleConfigOf(tx picket.Tx, c picket.Caller, ruleID *string, mode guardduty.AssociationMode) (ruleConfig, error) {
	if err := administrates(tx, c); err != nil {
		return ruleConfig{}, err
	}
	r, err := get[ruleConfig](tx, key(c, ruleConfigKind, ruleConfig{RuleID: str(ruleID), Mode: mode}.id()))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("The organization has no configuration of rule %q with mode %s.", str(ruleID), mode)}
	}
	return r, err
}

// GetCustomDetectionRuleOrgConfiguration describes the configuration of a rule in a mode.
func (s *Service) GetCustomDetectionRuleOrgConfiguration(ctx context.Context, c picket.Caller, in *guardduty.GetCustomDetectionRuleOrgConfigurationRequest) (*guardduty.GetCustomDetectionRuleOrgConfigurationResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetCustomDetectionRuleOrgConfigurationResponse, error) {
		r, err := ruleConfigOf(tx, c, in.RuleId, in.Mode)
		return &guardduty.GetCustomDetectionRuleOrgConfigurationResponse{Configuration: &guardduty.DetectionRuleOrgConfiguration{
			RuleId: &r.RuleID, Mode: r.Mode, Status: guardduty.DetectionRuleConfigurationStatusActive, IncludeAccountIds: r.Include,
			ExcludeAccountIds: r.Exclude, CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt), ExpiresAt: expiry(r.Mode, r.UpdatedAt),
		}}, err
	})
}

// ListCustomDetectionRuleOrgConfigurations lists the configurations by rule and mode.
func (s *Service) ListCustomDetectionRuleOrgConfigurations(ctx context.Context, c picket.Caller, in *guardduty.ListCustomDetectionRuleOrgConfigurationsRequest) (*guardduty.ListCustomDetectionRuleOrgConfigurationsResponse, error) {
	after, err := s.after(c, "rule configurations", in.NextToken)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListCustomDetectionRuleOrgConfigurationsResponse, error) {
		if err := administrates(tx, c); err != nil {
			return nil, err
		}
		out := &guardduty.ListCustomDetectionRuleOrgConfigurationsResponse{}
		active := guardduty.DetectionRuleConfigurationStatusActive
		if in.Status != "" && in.Status != active {
			return out, nil
		}
		page, next, err := pageIn[ruleConfig](tx, c, ruleConfigKind, after, limit(in.MaxResults))
		out.NextToken = s.nextToken(c, "rule configurations", next)
		for _, r := range page {
			out.Configurations = append(out.Configurations, guardduty.DetectionRuleOrgConfigurationSummary{
				RuleId: ptr(r.RuleID), Mode: r.Mode, Status: active, CreatedAt: instant(r.CreatedAt), UpdatedAt: instant(r.UpdatedAt),
				ExpiresAt: expiry(r.Mode, r.UpdatedAt),
			})
		}
		return out, err
	})
}

// UpdateCustomDetectionRuleOrgConfiguration changes for which members a rule is on. With another mode than it has, its one
// configuration changes modes.
func (s *Service) UpdateCustomDetectionRuleOrgConfiguration(ctx context.Context, c picket.Caller, in *guardduty.UpdateCustomDetectionRuleOrgConfigurationRequest) (*guardduty.UpdateCustomDetectionRuleOrgConfigurationResponse, error) {
	mark := applying{Call: newID()}
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		if err := checkIncludes(in.IncludeAccountIds, in.ExcludeAccountIds); err != nil {
			return err
		}
		r, err := ruleConfigOf(tx, c, in.RuleId, in.Mode)
		if picket.ErrorCode(err) == picket.CodeNotFound {
			r, err = s.otherMode(tx, c, in)
		}
		if err != nil {
			return err
		}
		if in.IncludeAccountIds != nil || in.ExcludeAccountIds != nil {
			r.Include, r.Exclude = slices.Clone(in.IncludeAccountIds), slices.Clone(in.ExcludeAccountIds)
		}
		r.UpdatedAt = s.now()
		return cmp.Or(tx.Documents().Put(key(c, ruleConfigKind, r.id()), r), tx.Documents().Put(key(c, applyRulesKind, configID), mark))
	})
	return &guardduty.UpdateCustomDetectionRuleOrgConfigurationResponse{}, s.thenApply(ctx, c, mark, err)
}

// otherMode takes the configuration that a rule has in the other mode, to be kept under the one that is wanted.
func (s *Service) otherMode(tx picket.Tx, c picket.Caller, in *guardduty.UpdateCustomDetectionRuleOrgConfigurationRequest) (ruleConfig, error) {
	other := guardduty.AssociationModeLive
	if in.Mode == other {
		other = guardduty.AssociationModeDryRun
	}
	r, err := ruleConfigOf(tx, c, in.RuleId, other)
	if err != nil {
		return r, err
	}
	err = tx.Documents().Delete(key(c, ruleConfigKind, r.id()))
	r.Mode = in.Mode
	return r, err
}

// DeleteCustomDetectionRuleOrgConfiguration switches a rule off for the organization's members.
func (s *Service) DeleteCustomDetectionRuleOrgConfiguration(ctx context.Context, c picket.Caller, in *guardduty.DeleteCustomDetectionRuleOrgConfigurationRequest) (*guardduty.DeleteCustomDetectionRuleOrgConfigurationResponse, error) {
	mark := applying{Call: newID()}
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		r, err := ruleConfigOf(tx, c, in.RuleId, in.Mode)
		if err != nil {
			return err
		}
		return cmp.Or(tx.Documents().Delete(key(c, ruleConfigKind, r.id())), tx.Documents().Put(key(c, applyRulesKind, configID), mark))
	})
	return &guardduty.DeleteCustomDetectionRuleOrgConfigurationResponse{}, s.thenApply(ctx, c, mark, err)
}
