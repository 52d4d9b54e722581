package xgboost

import (
	"math"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/op/gbtree"
)

// categories reads the names of categories (since 3.1): for each feature its
// levels in the order of their codes, none for a number.
func (b *Booster) categories(r *jsontree.Reader) {
	if r.Err() != nil || !r.Has("cats") {
		return
	}
	c := r.Object("cats")
	// Both are for looking names up, and follow from the names.
	c.Harmless("feature_segments", "sorted_idx")
	list := c.Get("enc")
	if c.Err() != nil || list.Len() == 0 {
		c.Done()
		return
	}
	if list.Len() != b.features {
		c.Fail(document.ErrCorrupt, "enc", "%d of %d features", list.Len(), b.features)
		return
	}
	levels := make([]gbtree.Levels, b.features)
	names := make([][]string, b.features)
	found := false
	for i, f := range c.Objects("enc") {
		if b.names != nil {
			levels[i].Name = b.names[i]
		}
		if f.Has("offsets") {
			names[i] = b.textLevels(f, &levels[i])
		} else {
			numberLevels(f, &levels[i])
		}
		found = found || levels[i].Text != nil || levels[i].Value != nil
		if f.Done() != nil {
			return
		}
	}
	if c.Done() == nil && found {
		b.cats, b.catNames = levels, names
	}
}

// textLevels reads names that lie end to end in a list of bytes.
//
// From pandas, XGBoost 3.1 to 3.3 write offsets that count code points, and as
// many bytes as there are code points: names after one that is not ASCII are
// shifted, and the last are cut. From Arrow and polars the same versions write
// bytes. Where both readings are possible both are kept.
func (b *Booster) textLevels(r *jsontree.Reader, l *gbtree.Levels) []string {
	offsets := r.Int32s("offsets", jsontree.AnyLength)
	values := r.Int8s("values", jsontree.AnyLength)
	if r.Err() != nil || len(offsets) == 0 {
		return nil
	}
	bytes := make([]byte, len(values))
	for i, v := range values {
		bytes[i] = byte(v)
	}
	if offsets[0] != 0 || int(offsets[len(offsets)-1]) != len(bytes) {
		r.Fail(document.ErrCorrupt, "offsets", "do not go from 0 to the %d bytes", len(bytes))
		return nil
	}
	if len(offsets) == 1 {
		return nil
	}
	ascii, valid := true, true
	for _, c := range bytes {
		ascii = ascii && c < utf8.RuneSelf
	}
	names := make([]string, 0, len(offsets)-1)
	for i := 1; i < len(offsets); i++ {
		if offsets[i] < offsets[i-1] || int(offsets[i]) > len(bytes) {
			r.Fail(document.ErrCorrupt, "offsets", "go from %d to %d of %d bytes", offsets[i-1], offsets[i], len(bytes))
			return nil
		}
		names = append(names, string(bytes[offsets[i-1]:offsets[i]]))
		valid = valid && utf8.ValidString(names[i-1])
	}
	if !ascii && b.version.before(3, 4) {
		cut := cutNames(bytes, offsets)
		if valid {
			l.Cut, l.Unsure = cut, true
		} else {
			names = names[:0]
			for _, c := range cut {
				if utf8.RuneCountInString(c.Prefix) != c.Runes || !utf8.ValidString(c.Prefix) {
					l.Cut = append(l.Cut, c)
					continue
				}
				for len(names) < int(c.Code) {
					names = append(names, "") // lost
				}
				names = append(names, c.Prefix)
			}
		}
	}
	l.Text = make(map[string]float32, len(names))
	for i, name := range names {
		if _, twice := l.Text[name]; twice && name != "" {
			r.Fail(document.ErrCorrupt, "values", "category %q for the second time", name)
			return nil
		}
		if name != "" || len(l.Cut) == 0 {
			l.Text[name] = float32(i)
		}
	}
	return names
}

// cutNames splits bytes by offsets that count code points. Names without a
// byte left are passed over.
func cutNames(b []byte, offsets []int32) []gbtree.CutName {
	var out []gbtree.CutName
	at := 0
	for i := 1; i < len(offsets); i++ {
		runes := int(offsets[i] - offsets[i-1])
		from := at
		for range runes {
			if at >= len(b) {
				break
			}
			if !utf8.FullRune(b[at:]) {
				at = len(b)
				break
			}
			_, size := utf8.DecodeRune(b[at:])
			at += size
		}
		if at > from {
			out = append(out, gbtree.CutName{Prefix: string(b[from:at]), Runes: runes, Code: float32(i - 1)})
		}
	}
	return out
}

// numberLevels reads levels that are numbers. type is XGBoost's own number for
// the kind of array. UBJSON has no unsigned type above 8 bits, so XGBoost writes
// such numbers as signed ones of the same bits: wrap takes that back.
func numberLevels(r *jsontree.Reader, l *gbtree.Levels) {
	wrap := map[int64]float64{12: 1 << 16, 14: 1 << 32, 16: 1 << 64}[r.Int("type")]
	v := r.Float64s("values", jsontree.AnyLength)
	if r.Err() != nil || len(v) == 0 {
		return
	}
	l.Value = make(map[float64]float32, len(v))
	for i, x := range v {
		if x < 0 {
			x += wrap
		}
		if math.Abs(x) > 1<<53 {
			r.Fail(document.ErrUnsupported, "values", "the category %v does not fit in a float64", x)
			return
		}
		if _, twice := l.Value[x]; twice {
			r.Fail(document.ErrCorrupt, "values", "category %v for the second time", x)
			return
		}
		l.Value[x] = float32(i)
	}
}
