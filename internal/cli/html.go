package cli

import (
	"html/template"
	"io"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/inspect"
)

// page is inspect --html: one file, no scripts from elsewhere, works offline.
var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"level": func(n document.Node) int { return level(n.Path) },
	"name": func(n document.Node) string {
		if s := document.Split(n.Path); len(s) > 0 {
			return s[len(s)-1]
		}
		return "/"
	},
	"short":   short,
	"compact": compact,
	"ports":   portList,
}).Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{.File}}</title>
<style>
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#222;background:#fff}
h1{font-size:1.3rem}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.15rem .6rem .15rem 0;vertical-align:top}
code,td.n{font-family:ui-monospace,monospace;font-size:.9em}tr:nth-child(even){background:#f6f6f4}
.safe{color:#17653b}.unknown{color:#8a5a00}.dangerous,.danger{color:#a31515;font-weight:bold}
@media(prefers-color-scheme:dark){body{color:#ddd;background:#1b1b1b}tr:nth-child(even){background:#242424}.safe{color:#7bd09c}.unknown{color:#e0b050}.dangerous,.danger{color:#ff8080}}
</style>
<h1>{{.File}}</h1>
<p>{{.Info.Format}}{{range .Info.Frameworks}}, {{.Name}} {{.Version}}{{end}}.
Verdict: <b class="{{.Info.Verdict}}">{{.Info.Verdict}}</b>.
{{if .Info.Runnable}}Runs.{{else}}Does not run: {{.Info.Why}}.{{end}}</p>
{{with .Info.Model}}<h2><code>{{.Kind}}</code></h2><table>{{range $k, $v := .Summary}}<tr><th>{{$k}}<td class="n">{{compact $v | short}}{{end}}</table>{{end}}
{{with .Info.Signatures}}<h2>Signatures</h2><table>{{range .}}<tr><th>{{.Name}}<td class="n">{{ports .Inputs .Params}}<td class="n">→ {{ports .Outputs nil}}{{end}}</table>{{end}}
{{with .Info.Findings}}<h2>Findings</h2><table>{{range .}}<tr><th class="{{.Severity}}">{{.ID}}<td>{{.Message}}<td class="n">{{.Path}}, offset {{.Offset}}{{end}}</table>{{end}}
<h2>Content</h2>
<table><tr><th>name<th>type<th>shape<th>bytes<th>value
{{range .Info.Nodes}}<tr id="{{.Path}}"><td class="n" style="padding-left:{{level .}}rem" title="{{.Path}}">{{name .}}<td class="n">{{.Type}}{{with .DType}}{{if .Size}} {{.}}{{end}}{{end}}<td class="n">{{if .Shape}}{{.Shape}}{{end}}<td class="n">{{.Size}}<td class="n">{{short .Value}}
{{end}}</table>
</html>
`))

func writeHTML(w io.Writer, file string, info *inspect.Info) error {
	return page.Execute(w, struct {
		File string
		Info *inspect.Info
	}{file, info})
}
