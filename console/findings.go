package console

import (
	"context"
	"net/url"
	"slices"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// findingPage is a finding with what only Picket tells of it.
type findingPage struct {
	service.FindingDetail
	Crossed []string `json:"crossed,omitempty"` // what its records crossed, as people read it
	Rule    string   `json:"rule,omitempty"`    // what there is to read about its type, in Markdown
}

type rulePage struct {
	Type     string `json:"type"`
	Markdown string `json:"markdown"`
}

// findings are the calls about findings, and about what judges them: filters, lists, logs that come.
func findings(h *Handler) {
	s := h.Service
	handle(h, "GET regions/{region}/findings/{id}", getEvidence, func(ctx context.Context, c *call) (findingPage, error) {
		all, err := s.FindingsByID(ctx, c.id.Caller, c.PathValue("id"))
		if err != nil {
			return findingPage{}, err
		}
		if len(all) != 1 {
			return findingPage{}, &picket.Error{Code: picket.CodeNotFound, Message: "There is no such finding, or you don't see it."}
		}
		out := findingPage{FindingDetail: all[0]}
		for _, crossed := range out.Evidence.Crossed {
			out.Crossed = append(out.Crossed, crossed.String())
		}
		if out.Finding.Type != nil {
			out.Rule, _ = h.Page(*out.Finding.Type)
		}
		return out, nil
	})
	handle(h, "GET rules/{type...}", anyone, func(_ context.Context, c *call) (rulePage, error) {
		out := rulePage{Type: c.PathValue("type")}
		if text, ok := h.Page(out.Type); ok { // samples are of types that no rule detects, too
			out.Markdown = text
		}
		return out, nil
	})
	handle(h, "GET regions/{region}/filters", "guardduty:ListFilters", func(ctx context.Context, c *call) ([]service.FilterInfo, error) {
		all, err := s.Filters(ctx, c.id.Caller)
		if err != nil {
			return nil, err
		}
		return permitted(h, c, all, func(f service.FilterInfo) string { return "filter/" + url.PathEscape(f.Name) })
	})
	handle(h, "POST regions/{region}/filters/preview", "guardduty:ListFindings", func(ctx context.Context, c *call) (service.Match, error) {
		var in struct {
			FindingCriteria *guardduty.FindingCriteria `json:"findingCriteria"`
		}
		if err := c.read(&in); err != nil {
			return service.Match{}, err
		}
		return s.PreviewFilter(ctx, c.id.Caller, in.FindingCriteria)
	})
	handle(h, "GET regions/{region}/dry-runs", "guardduty:ListCustomDetectionRuleAssociations", func(ctx context.Context, c *call) ([]service.DryRun, error) {
		all, err := s.DryRuns(ctx, c.id.Caller)
		if err != nil {
			return nil, err
		}
		err = h.permit(c, "guardduty:ListCustomDetectionRuleOrgConfigurations", c.region)
		if picket.ErrorCode(err) == picket.CodeAccessDenied {
			return slices.DeleteFunc(all, func(r service.DryRun) bool { return r.Organization }), nil
		}
		return all, err
	})
	handle(h, "GET regions/{region}/lists", "guardduty:ListThreatIntelSets", func(ctx context.Context, c *call) ([]service.ListInfo, error) {
		all, err := s.Lists(ctx, service.ListOf{Account: c.id.Account, Region: c.region})
		if err != nil {
			return nil, err
		}
		return permitted(h, c, all, func(l service.ListInfo) string { return l.Path })
	})
	handle(h, "POST regions/{region}/lists/{id}/preview", "guardduty:ListFindings", func(ctx context.Context, c *call) (service.ListPreview, error) {
		of := service.ListOf{Account: c.id.Account, Region: c.region, ID: c.PathValue("id")} // for who may get it, too
		one, err := s.Lists(ctx, of)
		if err != nil {
			return service.ListPreview{}, err
		}
		t, err := h.target(ctx, c.id)
		if err == nil {
			err = t.get(c.Request, one[0].Path)
		}
		if err != nil {
			return service.ListPreview{}, err
		}
		return s.PreviewList(ctx, of)
	})
	handle(h, "GET regions/{region}/coverage", "guardduty:ListCoverage", func(ctx context.Context, c *call) ([]service.Covered, error) {
		return s.Coverage(ctx, c.id.Caller)
	})
	handle(h, "GET regions/{region}/coverage/resources", "guardduty:ListCoverage", func(ctx context.Context, c *call) ([]service.CoveredResource, error) {
		return s.CoveredResources(ctx, c.id.Caller)
	})
}
