package scan

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/pyobj"
	"github.com/larder-ml/larder/internal/sniff"
)

// The findings of archives.
const (
	idChecksum    = "archive-checksum"
	idEncrypted   = "archive-encrypted"
	idNamesDiffer = "archive-names-differ"
	idDuplicate   = "archive-duplicate"
	idEscape      = "archive-path"
	idArchive     = "archive-malformed"
	idUnopened    = "format-not-judged"
)

func (w *walk) archiveDoubt(path, id, format string, args ...any) {
	w.find(path, true, document.Finding{ID: id, Severity: document.Warning, Offset: -1, Message: fmt.Sprintf(format, args...)})
}

// take reads all of r, which unpacks size bytes, as far as the limits go. What
// was read before a fault is answered with it.
func (w *walk) take(r io.Reader, size int) ([]byte, error) {
	l := w.s.Limits.WithDefaults()
	most := min(w.left, int64(size)*l.Ratio+64<<20)
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, most+1))
	w.left -= n
	if n > most {
		return b.Bytes()[:most], document.Errorf(document.ErrLimit, "", "", -1, "%d bytes unpack to more than %d (Limits.Bytes, Limits.Ratio)", size, most)
	}
	return b.Bytes(), err
}

// packed judges a compressed file by what is in it.
func (w *walk) packed(kind sniff.Kind, b []byte, path string, depth int) (string, bool) {
	src := bytes.NewReader(b)
	var r io.Reader
	var err error
	switch kind {
	case sniff.Gzip:
		r, err = gzip.NewReader(src)
	case sniff.Zlib:
		r, err = zlib.NewReader(src)
	case sniff.Bzip2:
		r = bzip2.NewReader(src)
	default:
		return w.joblib(kind, b, path, depth)
	}
	if err != nil {
		return "", false
	}
	inner, err := w.take(r, len(b))
	if err != nil && len(inner) == 0 {
		if kind == sniff.Zlib || kind == sniff.LZMA {
			return "", false // two bytes of magic: it was something else
		}
		w.archiveDoubt(path, idArchive, "%s: %v", kind, err)
		return string(kind), true
	}
	format, known := w.bytes(inner, path, depth+1)
	if err != nil {
		if !known && (kind == sniff.Zlib || kind == sniff.LZMA) {
			return "", false
		}
		w.archiveDoubt(path, idArchive, "%s: %v", kind, err)
		known = true
	}
	if format == "pickle" {
		format = "joblib"
	}
	if !known {
		return string(kind), false
	}
	return format, true
}

// joblib judges what the standard library cannot unpack: as a file of joblib,
// or not at all.
func (w *walk) joblib(kind sniff.Kind, b []byte, path string, depth int) (string, bool) {
	d, err := pyobj.Open(w.name+path, b, pyobj.Options{Limits: w.s.Limits, Names: w.s.Allow.names})
	if err != nil {
		if kind == sniff.LZMA {
			return "", false // three bytes of magic: it may be anything
		}
		f := asFinding(err, idUnopened)
		f.Offset = -1
		w.find(path, true, f)
		return string(kind), true
	}
	v, list := w.s.Document(d)
	w.say(v)
	w.find(path, depth > 0, list...)
	return d.Format(), true
}

// hasZip says whether bytes end as a zip does, whatever they begin with.
func hasZip(b []byte) bool {
	tail := b[max(0, len(b)-65557):]
	return bytes.Contains(tail, []byte("PK\x05\x06")) && bytes.Contains(b, []byte("PK\x01\x02"))
}

// zip judges the members of a zip. A reader may go by the directory at the end
// or by the headers before the members: where they differ both are told, and
// members are read by their stored bytes whatever their flags or checksums say,
// because torch and others do.
func (w *walk) zip(b []byte, path string, depth int) string {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		w.archiveDoubt(path, idArchive, "zip: %v", err)
		return "zip"
	}
	if len(z.File) > maxMembers {
		w.archiveDoubt(path, idArchive, "zip of %d members", len(z.File))
		return "zip"
	}
	seen := map[string]bool{}
	for _, f := range z.File {
		if w.ctx.Err() != nil {
			return "zip"
		}
		at := path + "/" + f.Name
		if seen[f.Name] {
			w.archiveDoubt(at, idDuplicate, "a second member of this name")
		}
		seen[f.Name] = true
		if !local(f.Name) || f.Mode()&^0o777 != 0 && !f.Mode().IsDir() && !f.Mode().IsRegular() {
			w.archiveDoubt(at, idEscape, "a path that leaves the folder, or a link")
		}
		if f.Flags&1 != 0 {
			w.archiveDoubt(at, idEncrypted, "the directory says that this member is encrypted")
		}
		w.localHeader(b, f, at)
		if f.Mode().IsDir() || f.UncompressedSize64 == 0 && f.CompressedSize64 == 0 {
			continue
		}
		w.member(b, f, at, depth)
	}
	return "zip"
}

// localHeader compares the name before the member with that of the directory.
func (w *walk) localHeader(b []byte, f *zip.File, at string) {
	off, err := f.DataOffset()
	if err != nil || off < 30 || off > int64(len(b)) {
		w.archiveDoubt(at, idArchive, "zip member without its header")
		return
	}
	// The header lies before the data: 30 bytes, the name, extra fields. Its
	// place follows from its lengths, so look for the signature back from there.
	for h := off - 30; h >= 0 && off-h < 30+2*65536; h-- {
		if string(b[h:h+4]) != "PK\x03\x04" {
			continue
		}
		n, x := int64(binary.LittleEndian.Uint16(b[h+26:])), int64(binary.LittleEndian.Uint16(b[h+28:]))
		if h+30+n+x != off {
			continue
		}
		if name := string(b[h+30 : h+30+n]); name != f.Name {
			w.archiveDoubt(at, idNamesDiffer, "called %q before its data", name)
		}
		return
	}
}

func (w *walk) member(b []byte, f *zip.File, at string, depth int) {
	raw, err := f.OpenRaw()
	if err != nil {
		w.archiveDoubt(at, idArchive, "zip: %v", err)
		return
	}
	var data []byte
	switch f.Method {
	case zip.Store:
		// A view: no memory is made for a stored member.
		off, err := f.DataOffset()
		if err != nil || off < 0 || off > int64(len(b)) {
			return // told by its header
		}
		n := int64(f.CompressedSize64)
		if n < 0 || n > int64(len(b))-off {
			w.archiveDoubt(at, idArchive, "zip member of %d bytes is cut", n)
			n = int64(len(b)) - off
		}
		data = b[off : off+n]
	case zip.Deflate:
		rc := flate.NewReader(raw)
		if data, err = w.take(rc, int(min(f.CompressedSize64, uint64(len(b))))); err != nil {
			w.archiveDoubt(at, idArchive, "zip: %v", err)
		}
	default:
		w.archiveDoubt(at, idArchive, "zip method %d is not read", f.Method)
		return
	}
	if crc32.ChecksumIEEE(data) != f.CRC32 {
		w.archiveDoubt(at, idChecksum, "the checksum is wrong")
	}
	w.bytes(data, at, depth+1)
}

// tar judges the members of a tar.
func (w *walk) tar(b []byte, path string, depth int) string {
	r := tar.NewReader(bytes.NewReader(b))
	for range maxMembers {
		h, err := r.Next()
		if err == io.EOF {
			return "tar"
		}
		if err != nil && !errors.Is(err, tar.ErrInsecurePath) {
			w.archiveDoubt(path, idArchive, "tar: %v", err)
			return "tar"
		}
		at := path + "/" + h.Name
		if !local(h.Name) || h.Typeflag == tar.TypeSymlink || h.Typeflag == tar.TypeLink {
			w.archiveDoubt(at, idEscape, "a path that leaves the folder, or a link")
		}
		if h.Typeflag != tar.TypeReg || h.Size == 0 {
			continue
		}
		data, err := w.take(r, int(min(h.Size, int64(len(b)))))
		if err != nil {
			w.archiveDoubt(at, idArchive, "tar: %v", err)
		}
		w.bytes(data, at, depth+1)
	}
	w.archiveDoubt(path, idArchive, "tar of more than %d members", maxMembers)
	return "tar"
}

// local says whether a member's name stays inside of the folder that it is
// unpacked to, on every system.
func local(name string) bool {
	if name == "" || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\x00") || strings.Contains(name, ":") {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return false
		}
	}
	return true
}
