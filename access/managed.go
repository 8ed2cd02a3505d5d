package access

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed managed/*.json
var managedFiles embed.FS

// ManagedARN begins the ARN of every managed policy.
const ManagedARN = "arn:aws:iam::aws:policy/"

// Managed is a policy that every account has: the names that people know from AWS, and presets of ours.
type Managed struct {
	Name        string // AmazonGuardDutyReadOnlyAccess
	ARN         string
	Description string
	Text        string // JSON
	Policy      Policy
}

// ManagedPolicies returns all managed policies, by name.
func ManagedPolicies() []Managed { return slices.Clone(managed()) }

// ManagedPolicy finds a managed policy by its name or ARN, in any partition.
func ManagedPolicy(name string) (m Managed, ok bool) {
	name = strings.TrimPrefix(InPartition(name, "aws"), ManagedARN)
	i := slices.IndexFunc(managed(), func(m Managed) bool { return m.Name == name })
	if i < 0 {
		return m, false
	}
	return managed()[i], true
}

var managed = sync.OnceValue(func() []Managed {
	entries, err := managedFiles.ReadDir("managed")
	if err != nil {
		panic("BUG: embedded policies: " + err.Error())
	}
	var all []Managed
	for _, e := range entries {
		m, err := readManaged(strings.TrimSuffix(e.Name(), ".json"))
		if err != nil {
			panic("BUG: embedded policies: " + err.Error())
		}
		all = append(all, m)
	}
	return all
})

// readManaged takes a policy's description from its Id.
func readManaged(name string) (Managed, error) {
	text, err := managedFiles.ReadFile(path.Join("managed", name+".json"))
	if err != nil {
		return Managed{}, err
	}
	var doc struct{ ID string }
	if err := json.Unmarshal(text, &doc); err != nil {
		return Managed{}, fmt.Errorf("%s: %w", name, err)
	}
	p, err := ParsePolicy(string(text))
	if err != nil {
		return Managed{}, fmt.Errorf("%s: %w", name, err)
	}
	return Managed{Name: name, ARN: ManagedARN + name, Description: doc.ID, Text: string(text), Policy: p}, nil
}
