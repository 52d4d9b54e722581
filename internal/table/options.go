package table

import "github.com/larder-ml/larder/document"

// Header says whether the first row of a CSV names the columns.
type Header uint8

// The answers. HeaderAuto: it does if none of its fields is a number or missing
// and some later row has one, or if it is the model's names.
const (
	HeaderAuto Header = iota
	HeaderYes
	HeaderNo
)

// IndexBase is what the first column is called in a libsvm file.
type IndexBase uint8

// The bases. IndexAuto is scikit-learn's rule: 0 if any index is 0, else 1.
// XGBoost and LightGBM count from 0 always.
const (
	IndexAuto IndexBase = iota
	IndexZero
	IndexOne
)

// Options say how DATA is read. The zero Options are the contract's defaults.
type Options struct {
	Format  Format
	Header  Header
	NA      []string // tokens of CSV that are missing; nil is DefaultNA
	Columns []string // take these only, in this order; by name, or by number from 0 where there are no names
	ID      string   // split this column off
	Index   IndexBase
	Limits  document.Limits
}

// DefaultNA are the tokens that are missing unless Options.NA says otherwise.
var DefaultNA = []string{"", "NA", "NaN", "null"}

// missingSet are the tokens that are missing.
type missingSet struct {
	tokens  map[string]bool
	empty   bool
	numeric bool // some token is a number, so it must be asked before numbers are read
	longest int
}

func (o Options) missing() missingSet {
	list := o.NA
	if list == nil {
		list = DefaultNA
	}
	m := missingSet{tokens: map[string]bool{}}
	for _, s := range list {
		m.tokens[s] = true
		m.longest = max(m.longest, len(s))
		if s == "" {
			m.empty = true
		}
		if _, ok := number([]byte(s)); ok {
			m.numeric = true
		}
	}
	return m
}

func (m *missingSet) has(b []byte) bool {
	if len(b) == 0 {
		return m.empty
	}
	return len(b) <= m.longest && m.tokens[string(b)]
}
