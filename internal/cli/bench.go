package cli

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/tensor"
)

type benchFlags struct {
	json      bool
	threads   int
	batch     string
	seconds   float64
	signature string
}

// benchReport is larder.bench/1.
type benchReport struct {
	Schema  string     `json:"schema"`
	LoadMS  float64    `json:"load_ms"`
	FirstMS float64    `json:"first_ms"`
	RSSMB   float64    `json:"rss_mb"`
	Runs    []benchRun `json:"runs"`
}

type benchRun struct {
	Batch    int     `json:"batch"`
	Threads  int     `json:"threads"`
	Calls    int     `json:"calls"`
	RowsPerS float64 `json:"rows_per_s"`
	NSPerRow float64 `json:"ns_per_row"`
	P50US    float64 `json:"p50_us"`
	P99US    float64 `json:"p99_us"`
}

func newBench(s *streams) *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:   "bench FILE DATA",
		Short: "Time load, first answer and calls of Predict",
		Args:  takes(2, 2),
		RunE:  func(cmd *cobra.Command, args []string) error { return runBench(cmd, s, args[0], args[1], f) },
	}
	c.Flags().BoolVar(&f.json, "json", false, "print larder.bench/1")
	c.Flags().IntVar(&f.threads, "threads", 1, "goroutines a call may use")
	c.Flags().StringVar(&f.batch, "batch", "1,100", "rows a call, a `LIST`")
	c.Flags().Float64Var(&f.seconds, "seconds", 1, "how long to time each batch size")
	c.Flags().StringVar(&f.signature, "signature", "", "what to ask (default: what predict asks)")
	return c
}

func runBench(cmd *cobra.Command, s *streams, file, data string, f benchFlags) error {
	var batches []int
	for _, b := range strings.Split(f.batch, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(b))
		if err != nil || n < 1 {
			return usagef("--batch takes numbers above 0, not %q", b)
		}
		batches = append(batches, n)
	}
	if f.threads < 1 || f.seconds <= 0 {
		return usagef("--threads and --seconds are above 0")
	}
	start := time.Now()
	m, err := s.model(cmd, file)
	if err != nil {
		return err
	}
	defer m.Close()
	report := benchReport{Schema: "larder.bench/1", LoadMS: ms(time.Since(start))}
	in, err := s.inputs(m, f.signature, data, dataFlags{})
	if err != nil {
		return err
	}
	rows := in.rows()
	if rows == 0 {
		return usagef("%s has no rows", data)
	}
	call := larder.Call{Signature: f.signature, In: in.at(0, 1), Threads: f.threads}
	start = time.Now()
	if _, err := m.Run(cmd.Context(), call); err != nil {
		return err
	}
	report.FirstMS = ms(time.Since(start))
	for _, b := range batches {
		run, err := timeBatch(cmd.Context(), m, in, b, f)
		if err != nil {
			return err
		}
		report.Runs = append(report.Runs, run)
	}
	report.RSSMB = rss()
	if f.json {
		return printJSON(s.out, report)
	}
	fmt.Fprintf(s.out, "load %.3f ms, first answer %.3f ms, %.0f MB\n", report.LoadMS, report.FirstMS, report.RSSMB)
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "batch\tthreads\tcalls\trows/s\tns/row\tp50 µs\tp99 µs\t")
	for _, r := range report.Runs {
		fmt.Fprintf(w, "%d\t%d\t%d\t%.0f\t%.1f\t%.2f\t%.2f\t\n", r.Batch, r.Threads, r.Calls, r.RowsPerS, r.NSPerRow, r.P50US, r.P99US)
	}
	return w.Flush()
}

// maxSamples bounds the memory for percentiles.
const maxSamples = 1 << 20

// timeBatch times calls of n rows each, the next n of the data every time,
// wrapping round: the same rows again and again would teach the branch
// predictor and the figure would lie.
func timeBatch(ctx context.Context, m *larder.Model, in *inputs, n int, f benchFlags) (benchRun, error) {
	var calls []map[string]tensor.Value
	total := in.rows()
	distinct := min(max(total/n, 1), 4096)
	for i := range distinct {
		calls = append(calls, in.wrapped(i*n%total, n))
	}
	one, err := caller(ctx, m, f, calls)
	if err != nil {
		return benchRun{}, err
	}
	for i := range min(distinct, 10) { // compile, fill the pools
		if err := one(i); err != nil {
			return benchRun{}, err
		}
	}
	runtime.GC()
	samples := make([]time.Duration, 0, maxSamples)
	count, deadline := 0, time.Now().Add(time.Duration(f.seconds*float64(time.Second)))
	begin := time.Now()
	now := begin
	for count == 0 || now.Before(deadline) {
		if err := one(count % distinct); err != nil {
			return benchRun{}, err
		}
		end := time.Now()
		if len(samples) < maxSamples {
			samples = append(samples, end.Sub(now))
		}
		now = end
		count++
	}
	seconds := now.Sub(begin).Seconds()
	slices.Sort(samples)
	return benchRun{Batch: n, Threads: f.threads, Calls: count,
		RowsPerS: float64(count*n) / seconds, NSPerRow: seconds * 1e9 / float64(count*n),
		P50US: us(samples[len(samples)/2]), P99US: us(samples[len(samples)*99/100])}, nil
}

// caller is one call of Predict as a program would make it: into memory of its
// own where the model has one dense input and the default signature is asked.
func caller(ctx context.Context, m *larder.Model, f benchFlags, calls []map[string]tensor.Value) (func(i int) error, error) {
	if f.signature == "" && f.threads == 1 && len(calls[0]) == 1 {
		dense := make([]*tensor.Tensor, len(calls))
		for i, c := range calls {
			for _, v := range c {
				dense[i], _ = v.(*tensor.Tensor)
			}
		}
		out := &tensor.Tensor{}
		if dense[0] != nil && m.PredictInto(ctx, out, dense[0]) == nil {
			return func(i int) error { return m.PredictInto(ctx, out, dense[i]) }, nil
		}
	}
	return func(i int) error {
		_, err := m.Run(ctx, larder.Call{Signature: f.signature, In: calls[i], Threads: f.threads})
		return err
	}, nil
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }
func us(d time.Duration) float64 { return float64(d) / 1e3 }

// rss is the peak resident memory in MB, as the system tells it.
func rss() float64 {
	if b, err := os.ReadFile("/proc/self/status"); err == nil {
		for _, line := range strings.Split(string(b), "\n") {
			if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				kb, _ := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "kB")), 64)
				return kb / 1024
			}
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys) / (1 << 20)
}
