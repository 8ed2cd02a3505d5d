package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"picket"
	"picket/guardduty"
)

// customRule finds a rule of the catalogue by its id.
func (s *Service) customRule(c picket.Caller, id *string) (guardduty.RuleDetail, error) {
	for _, r := range s.CustomRules {
		if str(r.RuleId) == str(id) {
			r.Arn = ptr(arn(c, "custom-detection-rule/rule/"+str(r.RuleId)))
			return r, nil
		}
	}
	return guardduty.RuleDetail{}, &picket.Error{
		Code: picket.CodeNotFound, Message: fmt.Sprintf("There is no custom detection rule %q.", str(id)),
		Detail: "ListCustomDetectionRules tells the ids.",
	}
}

// GetCustomDetectionRule describes a rule of the catalogue.
func (s *Service) GetCustomDetectionRule(_ context.Context, c picket.Caller, in *guardduty.GetCustomDetectionRuleRequest) (*guardduty.GetCustomDetectionRuleResponse, error) {
	r, err := s.customRule(c, in.RuleId)
	return &guardduty.GetCustomDetectionRuleResponse{Rule: &r}, err
}

// ListCustomDetectionRules lists the catalogue, by rule id; filters must all hold.
func (s *Service) ListCustomDetectionRules(_ context.Context, c picket.Caller, in *guardduty.ListCustomDetectionRulesRequest) (*guardduty.ListCustomDetectionRulesResponse, error) {
	after, err := s.after(c, "custom rules", in.NextToken)
	if err != nil {
		return nil, err
	}
	var found []guardduty.RuleSummary
	for _, r := range s.CustomRules {
		if str(r.RuleId) > after && fitsFilters(r, in.Filters) {
			r.Arn = ptr(arn(c, "custom-detection-rule/rule/"+str(r.RuleId)))
			found = append(found, summary(r))
		}
	}
	slices.SortFunc(found, func(a, b guardduty.RuleSummary) int { return strings.Compare(str(a.RuleId), str(b.RuleId)) })
	page, next := pageOf(found, limit(in.MaxResults), func(r guardduty.RuleSummary) string { return str(r.RuleId) })
	return &guardduty.ListCustomDetectionRulesResponse{Rules: page, NextToken: s.nextToken(c, "custom rules", next)}, nil
}

func summary(r guardduty.RuleDetail) guardduty.RuleSummary {
	return guardduty.RuleSummary{
		RuleId: r.RuleId, Arn: r.Arn, Name: r.Name, Description: r.Description, Severity: r.Severity, DataSource: r.DataSource,
		Tactic: r.Tactic, Technique: r.Technique, Service: r.Service, CreatedAt: r.CreatedAt, Language: r.Language, Schema: r.Schema,
		UpdatedAt: r.UpdatedAt,
	}
}

func fitsFilters(r guardduty.RuleDetail, filters []guardduty.DetectionRuleFilter) bool {
	for _, f := range filters {
		if !slices.ContainsFunc(f.Values, func(v string) bool { return fits(filterValue(r, f.Name), v, f.Condition) }) {
			return false
		}
	}
	return true
}

func fits(have, want string, how guardduty.DetectionRuleFilterCondition) bool {
	if how == guardduty.DetectionRuleFilterConditionContains {
		return strings.Contains(strings.ToLower(have), strings.ToLower(want))
	}
	return strings.EqualFold(have, want)
}

func filterValue(r guardduty.RuleDetail, name guardduty.FilterFieldName) string {
	switch name {
	case guardduty.FilterFieldNameName:
		return str(r.Name)
	case guardduty.FilterFieldNameDescription:
		return str(r.Description)
	case guardduty.FilterFieldNameSeverity:
		return string(r.Severity)
	case guardduty.FilterFieldNameDataSource:
		return string(r.DataSource)
	case guardduty.FilterFieldNameService:
		return str(r.Service)
	case guardduty.FilterFieldNameTactic:
		return str(r.Tactic)
	}
	return str(r.Technique)
}

// association is a custom detection rule that an account has switched on in a region.
type association struct {
	ID        string                    `json:"id"`
	RuleID    string                    `json:"ruleId"`
	Mode      guardduty.AssociationMode `json:"mode"`
	CreatedAt int64                     `json:"createdAt"` // milliseconds since the epoch
	UpdatedAt int64                     `json:"updatedAt"`
}

const (
	associationKind = "custom-detection-rule-association"

	dryRun = 14 * 24 * 3600 * 1000 // how long a dry run lasts, in milliseconds
)

func (a association) tail() string {
	return "custom-detection-rule/rule/" + a.RuleID + "/association/" + a.ID
}

// expiry is when a dry run ends; a live rule goes on.
func expiry(mode guardduty.AssociationMode, since int64) *guardduty.Timestamp {
	if mode == guardduty.AssociationModeDryRun {
		return instant(since + dryRun)
	}
	return nil
}

func (a association) detail(c picket.Caller) *guardduty.AssociationDetail {
	return &guardduty.AssociationDetail{
		AssociationId: &a.ID, Arn: ptr(arn(c, a.tail())), RuleId: &a.RuleID, AccountId: &c.Account, Mode: a.Mode,
		CreatedAt: instant(a.CreatedAt), UpdatedAt: instant(a.UpdatedAt), ExpiresAt: expiry(a.Mode, a.UpdatedAt),
	}
}

// CreateCustomDetectionRuleAssociation switches a rule on for the caller: LIVE it raises findings. DRY_RUN it raises none,
// and DryRuns tells how many records fitted it: the contract has no place for that.
func (s *Service) CreateCustomDetectionRuleAssociation(ctx context.Context, c picket.Caller, in *guardduty.CreateCustomDetectionRuleAssociationRequest) (*guardduty.CreateCustomDetectionRuleAssociationResponse, error) {
	if _, err := s.customRule(c, in.RuleId); err != nil {
		return nil, err
	}
	return once(ctx, s, c, "CreateCustomDetectionRuleAssociation", in.ClientToken, in, func(tx picket.Tx) (*guardduty.CreateCustomDetectionRuleAssociationResponse, error) {
		all, err := listIn[association](tx, c, associationKind)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if a.RuleID == str(in.RuleId) {
				return nil, &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("Rule %s has association %s already, with mode %s.", a.RuleID, a.ID, a.Mode)}
			}
		}
		a := association{ID: newID(), RuleID: str(in.RuleId), Mode: in.Mode, CreatedAt: s.now(), UpdatedAt: s.now()}
		if err := setTags(tx, c, a.tail(), in.Tags); err != nil {
			return nil, err
		}
		if err := tx.Documents().Put(key(c, associationKind, a.ID), a); err != nil {
			return nil, err
		}
		return &guardduty.CreateCustomDetectionRuleAssociationResponse{RuleAssociation: a.detail(c)}, s.switchRules(tx, c.Account, c.Region)
	})
}

func associationOf(tx picket.Tx, c picket.Caller, ruleID, id *string) (association, error) {
	a, err := get[association](tx, key(c, associationKind, str(id)))
	if picket.ErrorCode(err) == picket.CodeNotFound || err == nil && a.RuleID != str(ruleID) {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("Rule %q has no association %q.", str(ruleID), str(id))}
	}
	return a, err
}

// GetCustomDetectionRuleAssociation describes an association.
func (s *Service) GetCustomDetectionRuleAssociation(ctx context.Context, c picket.Caller, in *guardduty.GetCustomDetectionRuleAssociationRequest) (*guardduty.GetCustomDetectionRuleAssociationResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetCustomDetectionRuleAssociationResponse, error) {
		a, err := associationOf(tx, c, in.RuleId, in.AssociationId)
		if err != nil {
			return nil, err
		}
		tags, err := tagsOf(tx, c, a.tail())
		return &guardduty.GetCustomDetectionRuleAssociationResponse{RuleAssociation: a.detail(c), Tags: tags}, err
	})
}

// ListCustomDetectionRuleAssociations lists the caller's associations, of one rule or mode if asked.
func (s *Service) ListCustomDetectionRuleAssociations(ctx context.Context, c picket.Caller, in *guardduty.ListCustomDetectionRuleAssociationsRequest) (*guardduty.ListCustomDetectionRuleAssociationsResponse, error) {
	after, err := s.after(c, "associations", in.NextToken)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListCustomDetectionRuleAssociationsResponse, error) {
		all, err := listIn[association](tx, c, associationKind)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(a association) bool {
			return a.ID <= after || in.RuleId != nil && a.RuleID != *in.RuleId || in.Mode != "" && a.Mode != in.Mode
		})
		page, next := pageOf(all, limit(in.MaxResults), func(a association) string { return a.ID })
		out := &guardduty.ListCustomDetectionRuleAssociationsResponse{NextToken: s.nextToken(c, "associations", next)}
		for _, a := range page {
			d := a.detail(c)
			out.RuleAssociations = append(out.RuleAssociations, guardduty.AssociationSummary{
				AssociationId: d.AssociationId, Arn: d.Arn, RuleId: d.RuleId, Mode: d.Mode, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt, ExpiresAt: d.ExpiresAt,
			})
		}
		return out, nil
	})
}

// UpdateCustomDetectionRuleAssociation changes the mode of an association; a dry run starts anew.
func (s *Service) UpdateCustomDetectionRuleAssociation(ctx context.Context, c picket.Caller, in *guardduty.UpdateCustomDetectionRuleAssociationRequest) (*guardduty.UpdateCustomDetectionRuleAssociationResponse, error) {
	return update(ctx, s, func(tx picket.Tx) (*guardduty.UpdateCustomDetectionRuleAssociationResponse, error) {
		a, err := associationOf(tx, c, in.RuleId, in.AssociationId)
		if err != nil {
			return nil, err
		}
		a.Mode, a.UpdatedAt = in.Mode, s.now()
		if err := tx.Documents().Put(key(c, associationKind, a.ID), a); err != nil {
			return nil, err
		}
		return &guardduty.UpdateCustomDetectionRuleAssociationResponse{}, s.switchRules(tx, c.Account, c.Region)
	})
}

// DeleteCustomDetectionRuleAssociation switches a rule off for the caller.
func (s *Service) DeleteCustomDetectionRuleAssociation(ctx context.Context, c picket.Caller, in *guardduty.DeleteCustomDetectionRuleAssociationRequest) (*guardduty.DeleteCustomDetectionRuleAssociationResponse, error) {
	return update(ctx, s, func(tx picket.Tx) (*guardduty.DeleteCustomDetectionRuleAssociationResponse, error) {
		a, err := associationOf(tx, c, in.RuleId, in.AssociationId)
		if err != nil {
			return nil, err
		}
		if err := setTags(tx, c, a.tail(), nil); err != nil {
			return nil, err
		}
		if err := tx.Documents().Delete(key(c, associationKind, a.ID)); err != nil {
			return nil, err
		}
		return &guardduty.DeleteCustomDetectionRuleAssociationResponse{}, s.switchRules(tx, c.Account, c.Region)
	})
}
