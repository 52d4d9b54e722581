package npy

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"hash/crc32"
	"math"
	"strings"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/safeio"
	"github.com/larder-ml/larder/tensor"
)

const zipFormat = "npz"

// Archive is an .npz file. Its arrays are read one at a time.
type Archive struct {
	b      []byte
	names  []string
	files  map[string]*zip.File
	limits document.Limits
	budget *safeio.Budget
}

// OpenArchive reads the directory of an .npz file. Entries that are no .npy are
// passed over, as numpy does until one asks for them.
func OpenArchive(b []byte, l document.Limits) (*Archive, error) {
	if !bytes.HasPrefix(b, []byte("PK")) {
		return nil, document.Errorf(document.ErrFormat, zipFormat, "", 0, "no zip signature")
	}
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, document.Errorf(document.ErrCorrupt, zipFormat, "", -1, "zip directory: %v", err)
	}
	l = l.WithDefaults()
	// All that the archive makes together stays within the ratio too: entries
	// may overlap, so that each alone would pass.
	all := l
	if n := int64(len(b)); n < (math.MaxInt64-grace)/l.Ratio {
		all.Bytes = min(l.Bytes, n*l.Ratio+grace)
	}
	a := &Archive{b: b, files: map[string]*zip.File{}, limits: l, budget: safeio.NewBudget(zipFormat, all)}
	for _, f := range z.File {
		name, ok := strings.CutSuffix(f.Name, ".npy")
		if !ok {
			continue
		}
		if a.files[name] != nil {
			return nil, document.Errorf(document.ErrCorrupt, zipFormat, document.Join("", name), -1, "two entries of one name")
		}
		a.files[name] = f
		a.names = append(a.names, name)
	}
	if len(a.names) == 0 && len(z.File) > 0 {
		return nil, document.Errorf(document.ErrFormat, zipFormat, "", -1, "a zip without an .npy entry")
	}
	return a, nil
}

const grace = 64 << 20

// Names are the members, in the order of the archive.
func (a *Archive) Names() []string { return a.names }

// Has says whether there is a member of that name.
func (a *Archive) Has(name string) bool { return a.files[name] != nil }

// Read is one member. A stored one shares the archive's memory where it is
// aligned there.
func (a *Archive) Read(name string) (*tensor.Tensor, error) {
	b, err := a.Bytes(name)
	if err != nil {
		return nil, err
	}
	t, err := Read(b, a.limits)
	if err != nil {
		return nil, document.UnderPath(err, document.Join("", name))
	}
	return t, nil
}

// Bytes is the .npy file of one member.
func (a *Archive) Bytes(name string) ([]byte, error) {
	path := document.Join("", name)
	f := a.files[name]
	if f == nil {
		return nil, document.Errorf(document.ErrInput, zipFormat, path, -1, "no such member")
	}
	from, err := f.DataOffset()
	if err != nil {
		return nil, document.Errorf(document.ErrCorrupt, zipFormat, path, -1, "local header: %v", err)
	}
	if f.Flags&1 != 0 {
		return nil, document.Errorf(document.ErrUnsupported, zipFormat, path, from, "encrypted entry")
	}
	if from < 0 || from > int64(len(a.b)) || f.CompressedSize64 > uint64(int64(len(a.b))-from) {
		return nil, document.Errorf(document.ErrCorrupt, zipFormat, path, from,
			"entry of %d bytes outside of the file's %d", f.CompressedSize64, len(a.b))
	}
	b := a.b[from : from+int64(f.CompressedSize64)]
	switch f.Method {
	case zip.Store:
	case zip.Deflate:
		packed := int64(len(b))
		if b, err = safeio.Decompress(zipFormat, flate.NewReader(bytes.NewReader(b)), packed, a.limits); err == nil {
			err = a.budget.Spend(int64(len(b)), "", from)
		}
		if err != nil {
			return nil, at(document.UnderPath(err, path), from)
		}
	default:
		return nil, document.Errorf(document.ErrUnsupported, zipFormat, path, from, "zip method %d", f.Method)
	}
	if uint64(len(b)) != f.UncompressedSize64 {
		return nil, document.Errorf(document.ErrCorrupt, zipFormat, path, from, "%d bytes, the directory says %d", len(b), f.UncompressedSize64)
	}
	if sum := crc32.ChecksumIEEE(b); sum != f.CRC32 {
		return nil, document.Errorf(document.ErrCorrupt, zipFormat, path, from, "checksum %08x, the directory says %08x", sum, f.CRC32)
	}
	return b, nil
}
