package scan

import (
	"cmp"
	"slices"

	"github.com/larder-ml/larder/document"
)

// SARIF is a report in the Static Analysis Results Interchange Format, OASIS
// SARIF 2.1.0.
type SARIF struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool    sarifTool     `json:"tool"`
	Results []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID               string       `json:"id"`
	ShortDescription sarifMessage `json:"shortDescription"`
	Default          sarifLevel   `json:"defaultConfiguration"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifMessage struct {
	Text string `json:"text"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifMessage    `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	ByteOffset int64 `json:"byteOffset"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
}

// SARIF makes the report's SARIF form; version is Larder's.
func (r *Report) SARIF(version string) *SARIF {
	run := sarifRun{Tool: sarifTool{sarifDriver{Name: "larder", Version: version, Rules: []sarifRule{}}}, Results: []sarifResult{}}
	ids := map[string]int{}
	for _, rule := range Rules() {
		ids[rule.ID] = len(run.Tool.Driver.Rules)
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{rule.ID, sarifMessage{rule.About}, sarifLevel{level(rule.Severity)}})
	}
	for _, f := range r.Files {
		for _, x := range f.Findings {
			i, ok := ids[x.ID]
			if !ok { // of a format that the formats layer judges
				i = len(run.Tool.Driver.Rules)
				ids[x.ID] = i
				run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRule{x.ID, sarifMessage{x.ID}, sarifLevel{level(x.Severity)}})
			}
			at := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{f.Path}}}
			if x.Offset >= 0 {
				at.Physical.Region = &sarifRegion{x.Offset}
			}
			if x.Path != "" {
				at.Logical = []sarifLogical{{x.Path}}
			}
			run.Results = append(run.Results, sarifResult{x.ID, i, level(x.Severity), sarifMessage{x.Message}, []sarifLocation{at}})
		}
	}
	return &SARIF{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}
}

func level(s document.Severity) string {
	switch s {
	case document.Danger:
		return "error"
	case document.Warning:
		return "warning"
	}
	return "note"
}

// Rule is one kind of finding.
type Rule struct {
	ID       string
	Severity document.Severity
	About    string
}

// Rules lists all kinds of finding that this package makes, sorted by ID.
func Rules() []Rule {
	list := []Rule{
		{idCall, document.Danger, "Calls something that is not on the allow-list."},
		{idGadget, document.Danger, "Refers to something of which it is known that it runs or reaches something."},
		{idHidden, document.Danger, "Refers to a global whose name is made by a call."},
		{idValue, document.Danger, "Calls something that may only be referred to."},
		{idClass, document.Danger, "Calls a class with arguments; a warning where there are none."},
		{idBuild, document.Danger, "Sets attributes of a global itself."},
		{idItems, document.Danger, "Puts items on a global itself."},
		{idGlobal, document.Warning, "Refers to something that is not on the allow-list."},
		{idObject, document.Warning, "Holds an object of a class that is not on the allow-list."},
		{idArguments, document.Warning, "Calls something listed with arguments that no pickler writes."},
		{idState, document.Warning, "Gives an object a state that no pickler writes."},
		{idItemsOther, document.Warning, "Puts items on something that is no container."},
		{idMalformed, document.Warning, "Is cut or breaks the rules of its format."},
		{idLimit, document.Warning, "Asks for more than the limits allow."},
		{idExtension, document.Warning, "Refers to a global by a number that is registered outside of the file."},
		{idPersistent, document.Warning, "Asks the loader's own code for something."},
		{idBuffer, document.Warning, "Asks for an out-of-band buffer."},
		{idNested, document.Info, "Holds bytes that are a pickle, which nothing loads."},
		{"pickle-trailing", document.Warning, "Has bytes after the end of the pickle."},
		{"pickle-leftover", document.Warning, "Leaves values behind that no pickler leaves."},
		{idChecksum, document.Warning, "An archive's checksum is wrong."},
		{idEncrypted, document.Warning, "An archive says that a member is encrypted."},
		{idNamesDiffer, document.Warning, "An archive names a member twice, differently."},
		{idDuplicate, document.Warning, "An archive has two members of one name."},
		{idEscape, document.Warning, "An archive has a path that leaves its folder, or a link."},
		{idArchive, document.Warning, "An archive is cut, malformed or over a limit."},
		{idUnopened, document.Warning, "Is of a format that is known and cannot be judged."},
	}
	slices.SortFunc(list, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
