package scan

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/larder-ml/larder/document"
)

// Policy is what a user allows beyond the list:
//
//	{"classes": ["mypackage.models.Scaler"], "functions": ["mypackage.clean"]}
//
// Names are exact, with their module; there are no patterns. A class may be made
// without arguments and given a state, and what Larder makes of it stays inert
// data; a function may be referred to. Calls with arguments cannot be allowed,
// and gadgets neither.
type Policy struct {
	Classes   []string `json:"classes"`
	Functions []string `json:"functions"`
}

// ParsePolicy reads a policy file.
func ParsePolicy(b []byte) (*Policy, error) {
	p := &Policy{}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return nil, document.Errorf(document.ErrInput, "policy", "", -1, "%v", err)
	}
	if d.More() {
		return nil, document.Errorf(document.ErrInput, "policy", "", d.InputOffset(), "more than one value")
	}
	for _, n := range append(append([]string{}, p.Classes...), p.Functions...) {
		switch {
		case !pythonName.MatchString(n) || !strings.Contains(n, "."):
			return nil, document.Errorf(document.ErrInput, "policy", "", -1, "%q is not module.name: patterns are not taken", n)
		case isGadget(n):
			return nil, document.Errorf(document.ErrInput, "policy", "", -1, "%s is known to run or reach something and cannot be allowed", n)
		}
	}
	return p, nil
}

// Allow adds the policy's names to a list.
func (p *Policy) Allow(l *AllowList) *AllowList {
	if l == nil {
		l = NewAllowList(nil)
	}
	out := l.With(p.Classes...)
	for _, n := range p.Functions {
		if _, ok := out.entries[n]; !ok {
			out.entries[n] = AllowEntry{Name: n}
		}
	}
	return out
}
