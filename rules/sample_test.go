package rules

import (
	"testing"

	"picket"
)

func TestEveryTypeHasASample(t *testing.T) {
	samples, err := Samples()
	if err != nil {
		t.Fatal(err)
	}
	have := map[picket.FindingType]int{}
	for _, s := range samples {
		have[picket.FindingType(*s.Type)]++
		if s.Service == nil || s.Resource == nil || s.Severity == nil {
			t.Errorf("the sample of %s lacks a part", *s.Type)
		}
	}
	for _, r := range All() {
		if n := have[r.Info().Type]; n != 1 {
			t.Errorf("%d samples of %s", n, r.Info().Type)
		}
	}
}
