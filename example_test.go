package larder_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/demo"
	"github.com/larder-ml/larder/tensor"
)

const (
	cancer    = "testdata/models/sklearn/logistic-frame/model.pkl"
	diagnosis = "testdata/models/xgboost/classifier-binary-json/model.json"
	line      = "testdata/models/sklearn/linear-p4/model.pkl"
)

// A model is opened once and asked often, from as many goroutines as you like.
func Example() {
	ctx := context.Background()
	m, err := larder.Open(ctx, line)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	x := tensor.Of([]float64{0.04, 0.05, 0.06, 0.02, -0.04, -0.03, -0.04, 0, 0.02, -0.02}, 1, 10)
	y, err := m.Predict(ctx, x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.3f\n", tensor.Data[float64](y.(*tensor.Tensor)))
	// Output: [204.437]
}

// Open maps the file; what was saved is there without reading more of it than
// is needed.
func ExampleOpen() {
	m, err := larder.Open(context.Background(), cancer)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	fmt.Println(m.Root().Class, m.Root().Version)
	fmt.Println(m.DefaultSignature(), tensor.Scalars(m.Classes()[0]))
	fmt.Println(m.FeatureNames()[:2])
	// Output:
	// sklearn.pipeline.Pipeline 1.9.1
	// predict [benign malignant]
	// [mean radius mean texture]
}

// Load reads the file whole, so that it may be replaced or removed afterwards.
func ExampleLoad() {
	m, err := larder.Load(context.Background(), diagnosis)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	for _, s := range m.Signatures() {
		fmt.Println(s.Name, s.Out[0].DType)
	}
	// Output:
	// approx_contribs float32
	// booster float32
	// contribs float32
	// interactions float32
	// leaf float32
	// margin float32
	// predict int64
	// predict_proba float32
}

// A model may be embedded in the program.
func ExampleLoadFS() {
	m, err := larder.LoadFS(context.Background(), demo.Files, "files/cancer.pkl")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	fmt.Println(m.Root().Framework)
	// Output: scikit-learn
}

func ExampleLoadBytes() {
	b, err := os.ReadFile(diagnosis)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, err := larder.LoadBytes(context.Background(), b)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	fmt.Println(m.Root().Class)
	// Output: xgboost.sklearn.XGBClassifier
}

// XGBoost's JSON holds no names of labels; the loader can give them.
func ExampleLoader() {
	ctx := context.Background()
	m, err := larder.Loader{Classes: []string{"malignant", "benign"}}.Open(ctx, diagnosis)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	n := m.Root().In.Shape[1]
	y, err := m.Predict(ctx, tensor.New(tensor.Float32, 1, int(n)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(tensor.Data[string](y.(*tensor.Tensor)))
	// Output: [benign]
}

// Run asks any signature, with parameters.
func ExampleModel_Run() {
	ctx := context.Background()
	m, err := larder.Open(ctx, diagnosis)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	x := tensor.New(tensor.Float32, 2, int(m.Root().In.Shape[1]))
	out, err := m.Run(ctx, larder.Call{
		Signature: "predict_proba",
		X:         x,
		Params:    map[string]tensor.Value{"iteration_range": tensor.Of([]int64{0, 3})},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out[0].Name, out[0].Value)
	// Output: predict_proba float32[2 2]
}

// PredictInto reuses the caller's memory: a loop allocates nothing.
func ExampleModel_PredictInto() {
	ctx := context.Background()
	m, err := larder.Open(ctx, line)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	var y tensor.Tensor
	x := tensor.New(tensor.Float64, 1, 10)
	for i := range 3 {
		tensor.Data[float64](x)[2] = float64(i) / 100
		if err := m.PredictInto(ctx, &y, x); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%.2f\n", tensor.Data[float64](&y)[0])
	}
	// Output:
	// 152.13
	// 157.33
	// 162.53
}

// A session holds what calls change. Models without state ignore it.
func ExampleModel_NewSession() {
	ctx := context.Background()
	m, err := larder.Open(ctx, line)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	s := m.NewSession()
	out, err := m.Run(ctx, larder.Call{X: tensor.New(tensor.Float64, 3, 10), Session: s})
	fmt.Println(out[0].Value, err)
	// Output: float64[3] <nil>
}

// Set changes one weight. Save writes it, with every other byte as it was.
func ExampleSave() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "larder")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	m, err := larder.Load(ctx, line)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	coef, err := m.Document().Value("/coef_")
	if err != nil {
		fmt.Println(err)
		return
	}
	w := coef.(*tensor.Tensor).Clone()
	tensor.Data[float64](w)[0] = 0
	if err := m.Set("/coef_", w); err != nil {
		fmt.Println(err)
		return
	}
	out := filepath.Join(dir, "edited.pkl")
	if err := larder.Save(out, m); err != nil {
		fmt.Println(err)
		return
	}
	before, _ := os.ReadFile(line)
	after, _ := os.ReadFile(out)
	different := 0
	for i := range before {
		if before[i] != after[i] {
			different++
		}
	}
	fmt.Println(len(before) == len(after), different <= 8)
	// Output: true true
}

// Convert goes by the name of the output: a pickle as lossless JSON and back is
// the same file.
func ExampleConvert() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "larder")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	text, back := filepath.Join(dir, "cancer.json"), filepath.Join(dir, "cancer.pkl")
	if err := larder.Convert(ctx, cancer, text); err != nil {
		fmt.Println(err)
		return
	}
	if err := larder.Convert(ctx, text, back); err != nil {
		fmt.Println(err)
		return
	}
	a, _ := os.ReadFile(cancer)
	b, _ := os.ReadFile(back)
	fmt.Println(string(a) == string(b))
	// Output: true
}

// A saver translates, too: a pickled XGBClassifier as XGBoost's own JSON.
func ExampleSaver() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "larder")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "model.json")
	err = larder.Saver{To: "xgboost-json"}.Convert(ctx, "testdata/models/xgboost/classifier-binary-p5/model.pkl", out)
	if err != nil {
		fmt.Println(err)
		return
	}
	info, err := larder.Inspect(ctx, out)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Format, info.Model.Kind)
	// Output: xgboost-json xgboost.sklearn.XGBClassifier
}

// Inspect works on files that Open refuses.
func ExampleInspect() {
	info, err := larder.Inspect(context.Background(), "testdata/hostile/pickle/reduce_os_system.pkl")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(info.Format, info.Verdict, info.Runnable)
	// Output: pickle dangerous false
}

// Scan judges files without opening a model in them.
func ExampleScan() {
	ctx := context.Background()
	r, err := larder.Scan(ctx, cancer, "testdata/hostile/pickle/reduce_os_system.pkl")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range r.Files {
		fmt.Println(filepath.Base(f.Path), *f.Verdict)
	}
	_, err = larder.Open(ctx, "testdata/hostile/pickle/reduce_os_system.pkl")
	fmt.Println(errors.Is(err, document.ErrUnsafe))
	// Output:
	// model.pkl safe
	// reduce_os_system.pkl dangerous
	// true
}
