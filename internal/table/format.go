package table

import (
	"bytes"
	"path"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/sniff"
)

// Format is a form of DATA or OUT.
type Format uint8

// The formats.
const (
	Auto Format = iota // by the name's extension, else by the bytes
	CSV
	JSON
	JSONL
	NPY
	NPZ
	Parquet
	Libsvm
)

var formats = [...]struct {
	name string
	exts []string
}{
	CSV:     {"CSV", []string{".csv"}},
	JSON:    {"JSON", []string{".json"}},
	JSONL:   {"JSON lines", []string{".jsonl", ".ndjson"}},
	NPY:     {"npy", []string{".npy"}},
	NPZ:     {"npz", []string{".npz"}},
	Parquet: {"Parquet", []string{".parquet", ".pq"}},
	Libsvm:  {"libsvm", []string{".libsvm", ".svm", ".svmlight"}},
}

func (f Format) String() string {
	if f == Auto {
		return "auto"
	}
	return formats[f].name
}

// FormatOf is the format that a name's extension stands for; Auto where it
// stands for none. "-" and "" are the standard output, which takes CSV.
func FormatOf(name string) Format {
	if name == "-" || name == "" {
		return CSV
	}
	ext := strings.ToLower(path.Ext(strings.ReplaceAll(name, "\\", "/")))
	for f, row := range formats {
		for _, e := range row.exts {
			if ext == e {
				return Format(f)
			}
		}
	}
	return Auto
}

// detect is the format of data by its bytes. Whatever is nothing else is CSV.
func detect(b []byte) (Format, error) {
	kind := sniff.Sniff(b[:min(len(b), 4096)])
	switch {
	case bytes.HasPrefix(b, []byte("PAR1")):
		return Parquet, nil
	case kind == sniff.Zip:
		return NPZ, nil
	case kind == sniff.NPY:
		return NPY, nil
	case kind == sniff.Gzip, kind == sniff.XZ, kind == sniff.LZ4, kind == sniff.Bzip2, kind == sniff.HDF5:
		return Auto, inputf("data in %s form: not CSV, JSON, npy, npz, Parquet or libsvm", kind)
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(b, []byte(bom)), " \t\r\n")
	if len(text) > 0 {
		switch text[0] {
		case '[', '{':
			if oneValue(text) {
				return JSON, nil
			}
			return JSONL, nil
		case '"':
			// A quoted first field is CSV; a JSON string alone on its line is both,
			// and the answer is the same unless it has escapes.
			line, _, _ := bytes.Cut(text, []byte("\n"))
			if bytes.Contains(line, []byte(`\`)) && !bytes.Contains(line, []byte(`""`)) {
				return JSONL, nil
			}
		}
	}
	if looksLibsvm(text) {
		return Libsvm, nil
	}
	return CSV, nil
}

const bom = "\xef\xbb\xbf"

// oneValue says whether the first JSON value, which begins with a bracket, ends
// where the text does.
func oneValue(b []byte) bool {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth <= 0 {
				return len(bytes.TrimSpace(b[i+1:])) == 0
			}
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		}
	}
	return true
}

// looksLibsvm: the first line is a number and then only index:value pairs.
func looksLibsvm(b []byte) bool {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	line, _, _ = bytes.Cut(line, []byte("#"))
	f := bytes.Fields(line)
	if len(f) < 2 {
		return false
	}
	if _, ok := number(f[0]); !ok {
		return false
	}
	for _, p := range f[1:] {
		k, v, ok := bytes.Cut(p, []byte(":"))
		if _, isInt := integer(k); !ok || (!isInt && string(k) != "qid") {
			return false
		}
		if _, isNum := number(v); !isNum {
			return false
		}
	}
	return true
}

// inputf is an ErrInput: every fault of DATA is one.
func inputf(detail string, args ...any) error {
	return document.Errorf(document.ErrInput, "", "", -1, detail, args...)
}

func limitf(detail string, args ...any) error {
	return document.Errorf(document.ErrLimit, "", "", -1, detail, args...)
}
