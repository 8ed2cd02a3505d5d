package service

import (
	"context"
	"crypto/subtle"
	"net/url"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"picket"
)

// codePeriod is how long a code of a second factor holds, in seconds; the one before and the one after are taken as well
// (RFC 6238, section 5.2).
const codePeriod = 30

const factorSeal = "second factor of "

func factorName(of Sign) string { return factorSeal + of.Account + " " + principalResource(of.User) }

// Factor is a second factor for an authenticator app: its secret, in base32, and the same as a URI.
type Factor struct {
	Secret string `json:"secret"`
	URI    string `json:"uri"`
}

// BeginFactor makes a second factor for who is signed in. It is in force once ConfirmFactor got a code of it.
func (s *Service) BeginFactor(ctx context.Context, in Session) (Factor, error) {
	of := Sign{Account: in.Account, User: in.User}
	k, err := totp.Generate(totp.GenerateOpts{Issuer: "Picket", AccountName: in.Account + " " + principalResource(in.User), Period: codePeriod})
	if err != nil {
		return Factor{}, err
	}
	u, err := url.Parse(k.URL())
	if err != nil {
		return Factor{}, err
	}
	err = s.changeCredential(ctx, of, func(c *credential) error {
		if c.Factor != nil {
			return &picket.Error{Code: picket.CodeConflict, Message: "There is a second factor already: remove it first."}
		}
		c.Pending = s.Master.Seal(factorName(of), []byte(k.Secret()))
		return nil
	})
	return Factor{Secret: k.Secret(), URI: u.String()}, err
}

// ConfirmFactor puts the second factor that was begun in force.
func (s *Service) ConfirmFactor(ctx context.Context, in Session, code string) error {
	of := Sign{Account: in.Account, User: in.User}
	return s.changeCredential(ctx, of, func(c *credential) error {
		if c.Pending == nil {
			return invalid("No second factor was begun.")
		}
		step, err := s.stepOf(of, c.Pending, code)
		if err != nil {
			return err
		}
		if step == 0 {
			return invalid("The code is wrong: look at the clock of your device, and take the code that it shows now.")
		}
		c.Factor, c.Pending, c.Step = c.Pending, nil, step
		return nil
	})
}

// RemoveFactor takes the second factor away from who is signed in and knows its password.
func (s *Service) RemoveFactor(ctx context.Context, in Session, password string) error {
	if err := s.provePassword(ctx, in, password); err != nil {
		return err
	}
	return s.changeCredential(ctx, Sign{Account: in.Account, User: in.User}, func(c *credential) error {
		c.Factor, c.Pending, c.Step = nil, nil, 0
		return nil
	})
}

// HasFactor reports whether who is signed in has a second factor.
func (s *Service) HasFactor(ctx context.Context, in Session) (bool, error) {
	return view(ctx, s, func(tx picket.Tx) (bool, error) {
		c, err := get[credential](tx, signIn(in.Account, in.User))
		return c.Factor != nil, err
	})
}

func (s *Service) changeCredential(ctx context.Context, of Sign, change func(*credential) error) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		c, err := get[credential](tx, signIn(of.Account, of.User))
		if err != nil {
			return err
		}
		if err := change(&c); err != nil {
			return err
		}
		return tx.Documents().Put(signIn(of.Account, of.User), c)
	})
}

// useCode refuses a wrong code, and one that was used before. A sign-in that is only half done looks at it and does not use it up.
func (s *Service) useCode(ctx context.Context, of Sign, code string, up bool) error {
	return s.changeCredential(ctx, of, func(c *credential) error {
		step, err := s.stepOf(of, c.Factor, code)
		if err != nil {
			return err
		}
		if step <= c.Step {
			return signInRefused
		}
		if up {
			c.Step = step
		}
		return nil
	})
}

// stepOf returns the time step that a code belongs to, 0 if to none near now.
func (s *Service) stepOf(of Sign, sealed []byte, code string) (int64, error) {
	secret, err := s.Master.Open(factorName(of), sealed)
	if err != nil {
		return 0, err
	}
	now := s.Now().Unix() / codePeriod
	found := int64(0)
	for step := now - 1; step <= now+1; step++ {
		want, err := totp.GenerateCodeCustom(string(secret), time.Unix(step*codePeriod, 0), totp.ValidateOpts{Period: codePeriod, Digits: otp.DigitsSix})
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found, nil
}
