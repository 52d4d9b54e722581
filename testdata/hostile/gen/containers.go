package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"time"
)

var payload = p(4).call("os", "system", "true").stop()

// containers is attack class 5: a pickle where a scanner does not look, or in
// an archive that two readers see differently.
func containers() {
	const c = "5 containers"
	add("container/model.bin", c, "a pickle whose name says nothing (CVE-2025-10155)", payload, dangerous, called, known)
	add("container/readme.txt", c, "a pickle called .txt", payload, dangerous, called, known)
	add("container/config.json", c, "a pickle called .json", payload, dangerous, called, known)
	add("container/weights.h5", c, "a pickle called .h5", payload, dangerous, called, known)

	add("container/gzip.pkl", c, "a pickle in gzip", gz(payload), dangerous, called, known)
	add("container/zlib.joblib", c, "a pickle in zlib, as joblib writes", zl(payload), dangerous, called, known)
	add("container/gzip_twice.pkl", c, "a pickle in gzip in gzip", gz(gz(payload)), dangerous, called, known)
	add("container/gzip_cut.pkl", c, "gzip that is cut after the call", gz(append(bytes.Clone(payload), bytes.Repeat([]byte("x"), 100)...))[:60],
		dangerous, called, known, "archive-malformed")
	add("container/zip.pt", c, "a pickle in a zip", zipOf(member{"archive/data.pkl", payload}), dangerous, called, known)
	add("container/zip_deep.zip", c, "a pickle in a zip in a zip", zipOf(member{"a.zip", zipOf(member{"b/data.pkl", payload})}), dangerous, called, known)
	add("container/zip_benign.zip", c, "a zip with a harmless pickle", zipOf(member{"data.pkl", p(4).none().stop()}), safe)
	add("container/tar.tar", c, "a pickle in a tar", tarOf("data.pkl", payload), dangerous, called, known)
	add("container/tar.tar.gz", c, "a pickle in a tar in gzip", gz(tarOf("data.pkl", payload)), dangerous, called, known)

	config := "CONFIG-offset:"
	for len(config) < 2+'O' {
		config += "x"
	}
	add("container/polyglot_xgboost.model", c, "begins like XGBoost's old binary format, which is a string to pickle",
		append([]byte(config), p(4).call("os", "system", "true").stop()...), dangerous, called, known)

	bad := zipOf(member{"data.pkl", payload})
	corrupt := bytes.Clone(bad)
	sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(payload))
	for at := bytes.Index(corrupt, sum); at >= 0; at = bytes.Index(corrupt, sum) {
		corrupt[at]++
	}
	add("container/zip_crc.pt", c, "a zip with a wrong checksum, which torch does not check (CVE-2025-10156)", corrupt, dangerous, "archive-checksum", called)
	flags := bytes.Clone(bad)
	flags[bytes.Index(flags, []byte("PK\x01\x02"))+8] |= 1
	add("container/zip_flag.pt", c, "a zip whose directory says encrypted where nothing is (CVE-2025-1945)", flags, dangerous, "archive-encrypted", called)
	names := bytes.Clone(bad)
	copy(names[bytes.Index(names, []byte("PK\x03\x04"))+30:], "data.txt")
	add("container/zip_names.pt", c, "a zip whose two names of one file differ (CVE-2025-1944)", names, dangerous, "archive-names-differ", called)
	add("container/zip_path.zip", c, "a zip with a path that leaves the folder",
		zipOf(member{"../../evil.pkl", p(4).none().stop()}), unknown, "archive-path")
	add("container/zip_twice.zip", c, "two members of one name: readers disagree which one counts",
		zipOf(member{"data.pkl", p(4).none().stop()}, member{"data.pkl", payload}), dangerous, "archive-duplicate", called)
	add("container/polyglot_pickle_zip.pt", c, "a pickle with a zip after it: two formats at once",
		append(bytes.Clone(payload), bad...), dangerous, trailing, called)
	add("container/polyglot_benign_zip.pt", c, "a harmless pickle with a zip with a call after it",
		append(p(4).none().stop(), bad...), dangerous, trailing, called)
	add("container/zip_prefix.pt", c, "a zip with a pickle before it",
		append(p(4).none().stop(), zipOf(member{"data.pkl", p(4).none().stop()})...), unknown, trailing)

}

type member struct {
	name string
	data []byte
}

func zipOf(members ...member) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, m := range members {
		f, err := w.CreateRaw(&zip.FileHeader{Name: m.name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(m.data),
			CompressedSize64: uint64(len(m.data)), UncompressedSize64: uint64(len(m.data))})
		must(err)
		_, err = f.Write(m.data)
		must(err)
	}
	must(w.Close())
	return b.Bytes()
}

func tarOf(name string, data []byte) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	must(w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(data)), ModTime: time.Unix(0, 0)}))
	_, err := w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func gz(data []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.NoCompression) // Go may change how it compresses; it will not change how it stores
	must(err)
	_, err = w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func zl(data []byte) []byte {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.NoCompression)
	must(err)
	_, err = w.Write(data)
	must(err)
	must(w.Close())
	return b.Bytes()
}

func must(err error) {
	if err != nil {
		panic(err) // the generator's own input; nothing from outside
	}
}

// lookalikes are harmless files that a careless scanner would call dangerous.
func lookalikes() {
	const c = "0 harmless"
	add("harmless/words.pkl", c, "strings that say os.system", p(4).emptyList().str("os").appendOne().str("system").appendOne().stop(), safe)
	add("harmless/python.txt", c, "Python source: no model", []byte("import os\nos.system('true')\n"), "")
	add("harmless/empty.bin", c, "a file of no bytes", nil, "")
	add("harmless/text_p0.pkl", c, "a dict in protocol 0", []byte("(dp0\nVa\nI1\nsVb\n(lp1\nI01\naF1.5\nas."), safe)
	a := p(4)
	a.ndarray(func(a *asm) { a.num(1).tuple1() }, "f8", "\x00\x00\x00\x00\x00\x00\xf0\x3f")
	add("harmless/array.pkl", c, "an array of one number", a.stop(), safe)
	add("harmless/encode.pkl", c, "bytes as protocol 2 writes them", p(2).global("_codecs", "encode").raw("X\x01\x00\x00\x00\xe9\x58\x06\x00\x00\x00latin1\x86R").stop(), unknown, malformed)
	add("harmless/bytes_p2.pkl", c, "bytes as protocol 2 writes them", p(2).global("_codecs", "encode").raw("X\x02\x00\x00\x00\xc3\xa9X\x06\x00\x00\x00latin1\x86R").stop(), safe)
	add("harmless/ordered.pkl", c, "an OrderedDict with an item", p(4).call("collections", "OrderedDict").str("a").none().setitem().stop(), safe)
	add("harmless/date.pkl", c, "a datetime.date", p(4).stackGlobal("datetime", "date").bytes("\x07\xe8\x01\x01").tuple1().reduce().stop(), safe)
	add("harmless/estimator.pkl", c, "a LinearRegression with one option",
		p(4).instance("sklearn.linear_model._base", "LinearRegression").emptyDict().str("fit_intercept").raw("\x88").setitem().build().stop(), safe)
}
