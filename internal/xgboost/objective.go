package xgboost

import (
	"math"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/internal/kernel"
	"github.com/larder-ml/larder/internal/op/gbtree"
)

// objective is one row of the table: what an objective makes of margins, and
// what of its base score.
type objective struct {
	name string
	link gbtree.Link
	// inverse is how base_score, which is an output, becomes a margin.
	inverse inverse
	// param is the object of training parameters, keyed by the versions' names
	// for it; none of them changes a prediction, except num_class.
	param []string
	keys  []string // in that object
	extra []string // keys beside it
}

type inverse uint8

const (
	same inverse = iota
	logit
	log
	gaps // expectile: the first value, then inverse softplus of the distances
)

var (
	regLoss = []string{"reg_loss_param"}
	scale   = []string{"scale_pos_weight"}
	rank    = []string{"lambda_rank_param", "lambdarank_param"} // before and since 2.0
	ranks   = []string{"num_pairsample", "fix_list_weight", "lambdarank_pair_method", "lambdarank_num_pair_per_sample",
		"lambdarank_unbiased", "lambdarank_normalization", "lambdarank_score_normalization", "lambdarank_bias_norm", "ndcg_exp_gain"}
	bias = []string{"ti+", "tj-"} // position bias, since 2.0
)

// objectives is every objective of XGBoost 1.0 to 3.4, in the order of its
// name.
var objectives = []objective{
	{name: "binary:hinge", link: gbtree.Step},
	{name: "binary:logistic", link: gbtree.Sigmoid, inverse: logit, param: regLoss, keys: scale},
	{name: "binary:logitraw", param: regLoss, keys: scale},
	{name: "count:poisson", link: gbtree.Exp, inverse: log, param: []string{"poisson_regression_param"}, keys: []string{"max_delta_step"}},
	{name: "multi:softmax", link: gbtree.ArgMax, param: []string{"softmax_multiclass_param"}, keys: []string{"num_class"}},
	{name: "multi:softprob", link: gbtree.Softmax, param: []string{"softmax_multiclass_param"}, keys: []string{"num_class"}},
	{name: "rank:map", param: rank, keys: ranks, extra: bias},
	{name: "rank:ndcg", param: rank, keys: ranks, extra: bias},
	{name: "rank:pairwise", param: rank, keys: ranks, extra: bias},
	{name: "reg:absoluteerror"},
	{name: "reg:expectileerror", link: gbtree.Expectile, inverse: gaps, param: []string{"expectile_loss_param"}, keys: []string{"expectile_alpha"}},
	{name: "reg:gamma", link: gbtree.Exp, inverse: log, param: []string{"reg_loss_param", "gamma_regression_param"}, keys: scale},
	{name: "reg:linear", param: regLoss, keys: scale}, // older name of reg:squarederror
	{name: "reg:logistic", link: gbtree.Sigmoid, inverse: logit, param: regLoss, keys: scale},
	{name: "reg:pseudohubererror", param: []string{"pseudo_huber_param", "pseduo_huber_param", "reg_loss_param"}, keys: []string{"huber_slope", "scale_pos_weight"}},
	{name: "reg:quantileerror", param: []string{"quantile_loss_param"}, keys: []string{"quantile_alpha"}},
	{name: "reg:squarederror", param: regLoss, keys: scale},
	{name: "reg:squaredlogerror", param: regLoss, keys: scale},
	{name: "reg:tweedie", link: gbtree.Exp, inverse: log, param: []string{"tweedie_regression_param"}, keys: []string{"tweedie_variance_power"}},
	{name: "survival:aft", link: gbtree.Exp, inverse: log, param: []string{"aft_loss_param"}, keys: []string{"aft_loss_distribution", "aft_loss_distribution_scale", "aft_sigma"}},
	{name: "survival:cox", link: gbtree.Exp, inverse: log},
}

// readObjective finds the objective and looks at its parameters.
func (b *Booster) readObjective(r *jsontree.Reader) {
	name := r.String("name")
	if r.Err() != nil {
		return
	}
	found := false
	for _, o := range objectives {
		if o.name == name {
			b.objective, found = o, true
		}
	}
	if !found {
		r.Fail(document.ErrUnsupported, "name", "objective %q", name)
		return
	}
	o := &b.objective
	r.Harmless(o.extra...)
	for _, key := range o.param {
		p := r.OptionalObject(key)
		if p == nil {
			continue
		}
		switch {
		case o.keys[0] == "num_class":
			if n := p.IntString("num_class"); p.Err() == nil && n != int64(b.classes) {
				p.Fail(document.ErrCorrupt, "num_class", "%d classes, the learner has %d", n, b.classes)
			}
		case name == "reg:quantileerror" && p.Has("quantile_alpha"):
			if a := p.FloatStrings("quantile_alpha"); p.Err() == nil && len(a) != b.outputs() {
				p.Fail(document.ErrCorrupt, "quantile_alpha", "%d quantiles for %d outputs", len(a), b.outputs())
			}
		}
		p.Harmless(o.keys...)
		p.Done()
	}
	if o.link == gbtree.ArgMax || o.link == gbtree.Softmax {
		if r.Err() == nil && b.classes == 0 {
			r.Fail(document.ErrCorrupt, "name", "%s without classes", name)
		}
	}
	if name == "binary:logitraw" && b.version.before(1, 4) {
		o.inverse = logit // it had that from its kin
	}
	if name == "reg:quantileerror" && !b.version.before(3, 4) {
		o.link = gbtree.Ascending
	}
	r.Done()
}

// epsilon is XGBoost's kRtEps.
const epsilon float32 = 1e-6

// margin turns base scores into margins as a version does. It answers what is
// wrong, or "".
func (o *objective) margin(base []float32, v version) string {
	switch o.inverse {
	case logit:
		for i, p := range base {
			switch {
			case v.before(3, 2) && !(p > 0 && p < 1), !(p >= 0 && p <= 1):
				return "must be between 0 and 1 for a logistic objective"
			case !v.before(3, 2):
				p = min(max(p, epsilon), 1-epsilon)
			}
			base[i] = -kernel.Log32(1/p - 1)
		}
	case log:
		for i, p := range base {
			if !(p > 0) && o.name == "reg:gamma" {
				return "must be above 0 for reg:gamma"
			}
			base[i] = kernel.Log32(p)
		}
	case gaps:
		for i := len(base) - 1; i > 0; i-- {
			d := max(base[i]-base[i-1]-epsilon, epsilon)
			base[i] = d + kernel.Log32(-float32(math.Expm1(float64(-d))))
		}
	}
	return ""
}
