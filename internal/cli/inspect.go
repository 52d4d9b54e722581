package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/larder-ml/larder"
	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/inspect"
	"github.com/larder-ml/larder/internal/formats"
)

type inspectFlags struct {
	json  bool
	path  string
	depth int
	html  string
}

func newInspect(s *streams) *cobra.Command {
	var f inspectFlags
	c := &cobra.Command{
		Use:   "inspect FILE",
		Short: "Show what is in a file, without running anything",
		Args:  takes(1, 1),
		RunE:  func(cmd *cobra.Command, args []string) error { return runInspect(cmd, s, args[0], f) },
	}
	c.Flags().BoolVar(&f.json, "json", false, "print larder.inspect/1")
	c.Flags().StringVar(&f.path, "path", "", "show only what is below this path; ops lists a pickle's opcodes")
	c.Flags().IntVar(&f.depth, "depth", 0, "levels of the tree to show (default 4; --json has all)")
	c.Flags().StringVar(&f.html, "html", "", "write a page that shows the same, in one file, to `OUT`")
	return c
}

func runInspect(cmd *cobra.Command, s *streams, file string, f inspectFlags) error {
	src, err := s.source(file)
	if err != nil {
		return err
	}
	defer src.Close()
	if f.path == "ops" {
		return listOps(s, src, f.json)
	}
	info, err := larder.Loader{}.InspectSource(cmd.Context(), src)
	if err != nil {
		return err
	}
	if f.path != "" {
		if info.Nodes, err = below(info.Nodes, f.path); err != nil {
			return document.InFile(err, file)
		}
	}
	if f.depth > 0 {
		info.Nodes = slices.DeleteFunc(info.Nodes, func(n document.Node) bool { return level(n.Path)-level(f.path) > f.depth })
	}
	switch {
	case f.html != "":
		return document.WriteFile(f.html, func(w io.Writer) error { return writeHTML(w, file, info) })
	case f.json:
		return printJSON(s.out, info)
	}
	return printInfo(s.out, file, info, f)
}

func level(path string) int { return len(document.Split(path)) }

// below is the node at a path and those under it.
func below(nodes []document.Node, path string) ([]document.Node, error) {
	path = strings.TrimSuffix(path, "/")
	if path == "" {
		return nodes, nil
	}
	if path[0] != '/' {
		path = "/" + path
	}
	var found []document.Node
	for _, n := range nodes {
		if n.Path == path || strings.HasPrefix(n.Path, path+"/") {
			found = append(found, n)
		}
	}
	if found == nil {
		return nil, document.Errorf(document.ErrInput, "", path, -1, "no such path; larder inspect lists them")
	}
	return found, nil
}

func printInfo(w io.Writer, file string, info *inspect.Info, f inspectFlags) error {
	p := &printer{w: w}
	p.f("%s: %s", file, info.Format)
	for _, k := range slices.Sorted(maps.Keys(info.Container)) {
		p.f(", %s %v", k, info.Container[k])
	}
	p.f("\n")
	for _, fw := range info.Frameworks {
		p.f("framework   %s %s\n", fw.Name, fw.Version)
	}
	if info.Model != nil {
		p.f("model       %s\n", info.Model.Kind)
		for _, k := range slices.Sorted(maps.Keys(info.Model.Summary)) {
			if k != "children" {
				p.f("            %s = %s\n", k, short(compact(info.Model.Summary[k])))
			}
		}
	}
	for _, sig := range info.Signatures {
		p.f("signature   %s(%s) → %s\n", sig.Name, portList(sig.Inputs, sig.Params), portList(sig.Outputs, nil))
	}
	if !info.Runnable {
		p.f("not run     %s\n", info.Why)
	}
	p.f("verdict     %s\n", info.Verdict)
	for _, fd := range info.Findings {
		p.f("finding     %s %s: %s (%s, offset %d)\n", fd.Severity, fd.ID, fd.Message, fd.Path, fd.Offset)
	}
	if len(info.Lost) > 0 {
		p.f("not held    %s\n", strings.Join(info.Lost, ", "))
	}
	depth := f.depth
	if depth == 0 {
		depth = 4
	}
	hidden := 0
	for _, n := range info.Nodes {
		if level(n.Path)-level(f.path) > depth {
			hidden++
			continue
		}
		p.node(n)
	}
	if hidden > 0 {
		p.f("… %d more below; --depth or --path shows them\n", hidden)
	}
	return p.err
}

type printer struct {
	w   io.Writer
	err error
}

func (p *printer) f(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

func (p *printer) node(n document.Node) {
	steps := document.Split(n.Path)
	name := "/"
	if len(steps) > 0 {
		name = steps[len(steps)-1]
	}
	p.f("%s%s  %s", strings.Repeat("  ", len(steps)), name, n.Type)
	if n.Kind == document.Array {
		p.f(" %s%v  %d bytes", n.DType, n.Shape, n.Size)
	}
	if n.Value != "" && n.Value != n.Type {
		p.f("  %s", short(n.Value))
	}
	p.f("\n")
}

// compact is a value as JSON on one line.
func compact(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func short(v any) string {
	s := fmt.Sprint(v)
	if r := []rune(s); len(r) > 100 {
		return string(r[:97]) + "…"
	}
	return s
}

func portList(in, params []inspect.PortInfo) string {
	var parts []string
	for _, p := range in {
		var dims []string
		for _, d := range p.Shape {
			if d == nil {
				dims = append(dims, "?")
			} else {
				dims = append(dims, fmt.Sprint(*d))
			}
		}
		parts = append(parts, fmt.Sprintf("%s %s[%s]", p.Name, p.DType, strings.Join(dims, ", ")))
	}
	for _, p := range params {
		parts = append(parts, p.Name+"=…")
	}
	return strings.Join(parts, ", ")
}

// op is one line of --path ops.
type op struct {
	Offset int64  `json:"offset"`
	Name   string `json:"name"`
	Arg    string `json:"arg,omitempty"`
	Stack  string `json:"stack"`
}

func listOps(s *streams, src document.Source, asJSON bool) error {
	doc, err := formats.Parse(src, formats.Env{})
	if err != nil {
		return document.InFile(err, src.Name())
	}
	ops, ok := formats.Ops(doc)
	if !ok {
		return document.InFile(document.Errorf(document.ErrInput, doc.Format(), "ops", -1, "only a pickle has opcodes"), src.Name())
	}
	p := &printer{w: s.out}
	var all []op
	for o := range ops {
		if asJSON {
			all = append(all, op{o.Offset, o.Name, o.Arg(), o.StackEffect})
		} else {
			p.f("%8d  %-16s %-10s %s\n", o.Offset, o.Name, o.StackEffect, o.Arg())
		}
	}
	if asJSON {
		return printJSON(s.out, map[string]any{"schema": "larder.inspect/1", "format": doc.Format(), "ops": all})
	}
	return p.err
}
