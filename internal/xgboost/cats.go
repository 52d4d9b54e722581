package xgboost

import (
	"math"

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
			names[i] = textLevels(f, &levels[i])
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
func textLevels(r *jsontree.Reader, l *gbtree.Levels) []string {
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
	l.Text = make(map[string]float32, len(offsets)-1)
	names := make([]string, 0, len(offsets)-1)
	for i := 1; i < len(offsets); i++ {
		if offsets[i] < offsets[i-1] {
			r.Fail(document.ErrCorrupt, "offsets", "fall from %d to %d", offsets[i-1], offsets[i])
			return nil
		}
		name := string(bytes[offsets[i-1]:offsets[i]])
		if _, twice := l.Text[name]; twice {
			r.Fail(document.ErrCorrupt, "values", "category %q for the second time", name)
			return nil
		}
		l.Text[name] = float32(i - 1)
		names = append(names, name)
	}
	return names
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
