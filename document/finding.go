package document

// Severity orders findings.
type Severity string

// The severities.
const (
	Info    Severity = "info"
	Warning Severity = "warning"
	Danger  Severity = "danger"
)

// Verdict is what a scan says of a file.
type Verdict string

// The verdicts. See CLI.md: safe means that every global, call and argument is
// on the allow-list; dangerous that the original loader would run or reach
// something; unknown everything between.
const (
	Safe      Verdict = "safe"
	Unknown   Verdict = "unknown"
	Dangerous Verdict = "dangerous"
)

// Finding is something in a file that deserves doubt. ID is stable: scripts
// and policies name it.
type Finding struct {
	ID       string   `json:"id"` // "pickle-call-unlisted"
	Severity Severity `json:"severity"`
	Path     string   `json:"path"`
	Offset   int64    `json:"offset"`
	Message  string   `json:"message"`
}
