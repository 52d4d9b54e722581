package document

// Limits stand on what a file may make us do. A zero field has the default
// that its comment names, so the zero Limits are safe.
type Limits struct {
	Bytes int64 // memory made for one file, decompressed or decoded; 4 GiB, and never more than Ratio allows
	Ratio int64 // decompressed bytes for one compressed byte, past the first 64 MiB; 1100 (deflate's own maximum is 1032)
	Nodes int64 // values in one document; 100 million
	Depth int   // containers inside containers; 1000 for pickle, 128 for JSON-like formats
}

// Defaults of the zero Limits.
const (
	DefaultBytes = 4 << 30
	DefaultRatio = 1100
	DefaultNodes = 100_000_000
	DefaultDepth = 1000
)

// WithDefaults fills in the zero fields.
func (l Limits) WithDefaults() Limits {
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	if l.Ratio == 0 {
		l.Ratio = DefaultRatio
	}
	if l.Nodes == 0 {
		l.Nodes = DefaultNodes
	}
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	return l
}
