package console

import (
	"context"
	"encoding/json"
	"net/http"
	"net/netip"
	"time"

	"picket"
	"picket/access"
	"picket/guardduty"
	"picket/service"
)

// cookieName is of the cookie that holds a session's token.
const cookieName = "picket-session"

func (h *Handler) setCookie(w http.ResponseWriter, token string, age time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: token, Path: "/console/", HttpOnly: true, Secure: h.Secure, SameSite: http.SameSiteStrictMode,
		MaxAge: int(age.Seconds()),
	})
}

// session is what a page knows of who is signed in.
type session struct {
	Account      account  `json:"account"`
	User         string   `json:"user"` // empty for the root
	ARN          string   `json:"arn"`
	CSRF         string   `json:"csrf"`
	Regions      []string `json:"regions"`
	Operator     bool     `json:"operator"` // may look after the server
	SecondFactor bool     `json:"secondFactor"`
	ExpiresAt    int64    `json:"expiresAt"` // milliseconds since the epoch
}

type account struct {
	ID    string `json:"accountId"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

func (h *Handler) describe(ctx context.Context, s service.Session, id access.Identity) (session, error) {
	a, err := h.Service.Account(ctx, s.Account)
	if err != nil {
		return session{}, err
	}
	factor, err := h.Service.HasFactor(ctx, s)
	may := id.Authorize(access.Request{Action: operate, Resource: "*", Time: h.Service.Now()}) == nil
	return session{
		Account: account{a.ID, a.Name, a.Email}, User: s.User, ARN: id.ARN, CSRF: h.csrf(s), Regions: h.Service.Regions(),
		Operator: a.Operator && may, SecondFactor: factor, ExpiresAt: s.ExpiresAt,
	}, err
}

func (h *Handler) signIn(w http.ResponseWriter, r *http.Request) {
	if !h.signIns.Allow(network(address(r)), h.Service.Now()) {
		refuse(w, &picket.Error{Code: service.CodeTooManyTries, Message: "Too many sign-ins come from your address. Try again in a minute."})
		return
	}
	var in struct{ Account, User, Email, Password, Code, NewPassword string }
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&in); err != nil {
		refuse(w, &picket.Error{Code: picket.CodeBadRequest, Message: "The sign-in can't be read: " + err.Error()})
		return
	}
	s, token, err := h.Service.SignIn(r.Context(), service.SignIn{
		Sign: service.Sign{Account: in.Account, User: in.User, Email: in.Email}, Password: in.Password, Code: in.Code, NewPassword: in.NewPassword,
		SourceIP: address(r), UserAgent: r.UserAgent(),
	})
	if err != nil {
		h.fail(w, r, err)
		return
	}
	_, id, err := h.Service.OpenSession(r.Context(), token)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	out, err := h.describe(r.Context(), s, id)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	h.setCookie(w, token, service.SessionLife)
	respond(w, http.StatusOK, out)
}

// whoIs says who is signed in, and nothing where nobody is: every page asks first, and a browser would report a refusal as an error.
func (h *Handler) whoIs(w http.ResponseWriter, r *http.Request) {
	c, err := h.signedIn(r)
	if picket.ErrorCode(err) == picket.CodeExpiredToken {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	var out session
	if err == nil {
		err = h.admit(c)
	}
	if err == nil {
		out, err = h.describe(r.Context(), c.session, c.id)
	}
	if err != nil {
		h.fail(w, r, err)
		return
	}
	respond(w, http.StatusOK, out)
}

func sessions(h *Handler) {
	h.mux.HandleFunc("GET /console/api/session", h.whoIs)
	handle(h, "GET permissions", anyone, h.permissions)
	handle(h, "POST sign-out", anyone, func(ctx context.Context, c *call) (none, error) {
		return none{}, h.Service.EndSession(ctx, c.session, c.session.ID)
	})
	handle(h, "PUT password", anyone, func(ctx context.Context, c *call) (none, error) {
		var in struct{ Password, NewPassword string }
		if err := c.readSecret(&in); err != nil {
			return none{}, err
		}
		return none{}, h.Service.ChangePassword(ctx, c.session, in.Password, in.NewPassword)
	})
	handle(h, "POST second-factor", anyone, func(ctx context.Context, c *call) (service.Factor, error) {
		return h.Service.BeginFactor(ctx, c.session)
	})
	handle(h, "PUT second-factor", anyone, func(ctx context.Context, c *call) (none, error) {
		var in struct{ Code string }
		if err := c.readSecret(&in); err != nil {
			return none{}, err
		}
		return none{}, h.Service.ConfirmFactor(ctx, c.session, in.Code)
	})
	handle(h, "DELETE second-factor", anyone, func(ctx context.Context, c *call) (none, error) {
		var in struct{ Password string }
		if err := c.readSecret(&in); err != nil {
			return none{}, err
		}
		return none{}, h.Service.RemoveFactor(ctx, c.session, in.Password)
	})
	handle(h, "GET sessions", anyone, h.sessions)
	handle(h, "DELETE sessions/{id}", anyone, func(ctx context.Context, c *call) (none, error) {
		return none{}, h.Service.EndSession(ctx, c.session, c.PathValue("id"))
	})
}

type openSession struct {
	ID        string `json:"id"`
	CreatedAt int64  `json:"createdAt"`
	SeenAt    int64  `json:"seenAt"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
	Current   bool   `json:"current"`
}

type openSessions struct {
	Sessions []openSession `json:"sessions"`
}

func (h *Handler) sessions(ctx context.Context, c *call) (openSessions, error) {
	all, err := h.Service.Sessions(ctx, c.session)
	out := openSessions{Sessions: []openSession{}}
	for _, s := range all {
		out.Sessions = append(out.Sessions, openSession{s.ID, s.CreatedAt, s.SeenAt, s.SourceIP, s.UserAgent, s.ID == c.session.ID})
	}
	return out, err
}

type permissions struct {
	Allowed []string `json:"allowed"`
}

// permissions names the actions that who is signed in may do to its detector in a region, and to what is below it: so that a page
// shows no button that would only be refused. The refusal itself is the API's.
func (h *Handler) permissions(ctx context.Context, c *call) (permissions, error) {
	out := permissions{Allowed: []string{}}
	t, err := h.target(ctx, c.id)
	if err != nil {
		return out, err
	}
	for _, action := range []string{listAudit, listUsers, manageUsers} { // of no region
		if h.permit(c, action, "") == nil {
			out.Allowed = append(out.Allowed, action)
		}
	}
	actions := []string{getEvidence}
	for _, op := range guardduty.Operations() {
		actions = append(actions, access.Action(&op))
	}
	for _, action := range actions {
		if t.authorize(c.Request, action) == nil {
			out.Allowed = append(out.Allowed, action)
		}
	}
	return out, nil
}

// network is what an address signs in as: who has one IPv6 address has the 2⁶⁴ beside it too.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip.WithZone(""), 64).Masked().String()
}
