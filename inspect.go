package larder

import (
	"context"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/inspect"
	"github.com/larder-ml/larder/internal/formats"
	"github.com/larder-ml/larder/internal/safeio"
)

// Inspect says what is in a file. It runs nothing, opens files that Open
// refuses, and says why.
func Inspect(ctx context.Context, path string) (*inspect.Info, error) {
	return Loader{}.Inspect(ctx, path)
}

// Inspect is the function Inspect with the loader's settings.
func (l Loader) Inspect(ctx context.Context, path string) (*inspect.Info, error) {
	src, err := document.MapFile(path, l.Limits)
	if err != nil {
		return nil, err
	}
	defer src.Close()
	return l.InspectSource(ctx, src)
}

// InspectSource is Inspect of a source.
func (l Loader) InspectSource(ctx context.Context, src document.Source) (info *inspect.Info, err error) {
	defer func() { err = document.InFile(err, src.Name()) }()
	defer safeio.CatchFault(safeio.WatchFaults(), &err)
	env := formats.Env{Limits: l.Limits}
	doc, err := formats.Parse(src, env)
	if err != nil {
		return nil, err
	}
	info = inspect.New(doc)
	for n, err := range doc.All() {
		if err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		info.Nodes = append(info.Nodes, n)
	}
	var findings []document.Finding
	info.Verdict, findings = formats.Judge(doc, env)
	info.Findings = append(info.Findings, findings...)
	info.Lost = append(info.Lost, formats.Lost(doc)...)
	m, err := formats.Lift(doc, env)
	if err != nil {
		info.Why = err.Error()
		if o := formats.Outermost(doc); o != nil {
			info.Outermost(o)
		}
		return info, nil
	}
	info.Describe(m)
	if info.Verdict == document.Dangerous {
		info.Runnable, info.Why = false, "refused as unsafe"
	}
	return info, nil
}
