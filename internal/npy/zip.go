package npy

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Member is one array of an archive that is to be written.
type Member struct {
	Name  string
	Value *tensor.Tensor
	// ASCII says that text is written as kind S, as scipy writes its format.
	ASCII bool
}

// WriteArchive writes members as np.savez would: each stored, with zip64 sizes
// in its local header, dated 1980-01-01. archive/zip cannot write these bytes,
// because it puts sizes behind the data.
func WriteArchive(w io.Writer, members []Member) error {
	var dir []byte
	var offset, count uint64
	seen := map[string]bool{}
	for _, m := range members {
		if len(m.Name) > math.MaxUint16-len(".npy") || !utf8.ValidString(m.Name) || seen[m.Name] {
			return document.Errorf(document.ErrUnsupported, zipFormat, document.Join("", clip(m.Name)), -1, "name twice, too long or not UTF-8")
		}
		seen[m.Name] = true
		e, err := entryOf(m, offset)
		if err != nil {
			return document.UnderPath(err, document.Join("", m.Name))
		}
		head := e.local()
		if _, err := w.Write(head); err != nil {
			return err
		}
		if err := e.data(w); err != nil {
			return err
		}
		offset += uint64(len(head)) + e.size
		dir = e.central(dir)
		count++
	}
	_, err := w.Write(end(dir, offset, count))
	return err
}

type entry struct {
	name   string
	flags  uint16
	crc    uint32
	size   uint64
	offset uint64
	data   func(io.Writer) error
}

func entryOf(m Member, offset uint64) (*entry, error) {
	descr, width, err := layout(m.Value)
	if err != nil {
		return nil, err
	}
	if m.ASCII {
		width /= 4
		descr = "|S" + descr[2:]
	}
	e := &entry{name: m.Name + ".npy", offset: offset}
	for _, ch := range m.Name {
		if ch >= utf8.RuneSelf {
			e.flags = 0x800 // APPNOTE 4.4.4 bit 11: the name is UTF-8
		}
	}
	e.data = func(w io.Writer) error { return write(w, m.Value, descr, width) }
	// The checksum stands before the data, so the data is made twice: that needs
	// no second copy in memory.
	sum := &summer{}
	if err := e.data(sum); err != nil {
		return nil, err
	}
	e.crc, e.size = sum.crc, sum.n
	return e, nil
}

type summer struct {
	crc uint32
	n   uint64
}

func (s *summer) Write(b []byte) (int, error) {
	s.crc = crc32.Update(s.crc, crc32.IEEETable, b)
	s.n += uint64(len(b))
	return len(b), nil
}

const (
	version45 = 45     // APPNOTE 4.4.3: zip64
	unix      = 3 << 8 // 4.4.2
	day       = 0x21   // 1980-01-01 in MS-DOS form
	mode      = 0o600 << 16
)

var le = binary.LittleEndian

// local is the local file header, APPNOTE 4.3.7. Its sizes stand in the zip64
// field always, as numpy asks of zipfile (force_zip64).
func (e *entry) local() []byte {
	b := []byte("PK\x03\x04")
	b = e.common(b)
	b = le.AppendUint32(b, math.MaxUint32)
	b = le.AppendUint32(b, math.MaxUint32)
	b = le.AppendUint16(b, uint16(len(e.name)))
	b = le.AppendUint16(b, 20)
	b = append(b, e.name...)
	b = le.AppendUint16(b, 1) // 4.5.3: zip64
	b = le.AppendUint16(b, 16)
	b = le.AppendUint64(b, e.size)
	return le.AppendUint64(b, e.size)
}

// common are the fields that both headers have, from version to checksum.
func (e *entry) common(b []byte) []byte {
	b = le.AppendUint16(b, version45)
	b = le.AppendUint16(b, e.flags)
	b = le.AppendUint16(b, 0) // stored
	b = le.AppendUint16(b, 0) // midnight
	b = le.AppendUint16(b, day)
	return le.AppendUint32(b, e.crc)
}

const zip64Over = 1<<31 - 1 // zipfile.ZIP64_LIMIT

// central is the entry of the directory, APPNOTE 4.3.12.
func (e *entry) central(b []byte) []byte {
	var extra []byte
	size, offset := uint32(e.size), uint32(e.offset)
	if e.size > zip64Over {
		extra = le.AppendUint64(le.AppendUint64(extra, e.size), e.size)
		size = math.MaxUint32
	}
	if e.offset > zip64Over {
		extra = le.AppendUint64(extra, e.offset)
		offset = math.MaxUint32
	}
	if extra != nil {
		extra = append(le.AppendUint16(le.AppendUint16(nil, 1), uint16(len(extra))), extra...)
	}
	b = append(b, "PK\x01\x02"...)
	b = le.AppendUint16(b, unix|version45)
	b = e.common(b)
	b = le.AppendUint32(b, size)
	b = le.AppendUint32(b, size)
	b = le.AppendUint16(b, uint16(len(e.name)))
	b = le.AppendUint16(b, uint16(len(extra)))
	b = le.AppendUint16(b, 0) // comment
	b = le.AppendUint16(b, 0) // disk
	b = le.AppendUint16(b, 0) // internal attributes
	b = le.AppendUint32(b, mode)
	b = le.AppendUint32(b, offset)
	b = append(b, e.name...)
	return append(b, extra...)
}

// end is the directory with its end record, APPNOTE 4.3.14 to 4.3.16.
func end(dir []byte, offset, count uint64) []byte {
	size := uint64(len(dir))
	b := dir
	if count > math.MaxUint16 || offset > zip64Over || size > zip64Over {
		b = append(b, "PK\x06\x06"...)
		b = le.AppendUint64(b, 44)
		b = le.AppendUint16(b, version45)
		b = le.AppendUint16(b, version45)
		b = le.AppendUint64(b, 0) // disks
		b = le.AppendUint64(b, count)
		b = le.AppendUint64(b, count)
		b = le.AppendUint64(b, size)
		b = le.AppendUint64(b, offset)
		b = append(b, "PK\x06\x07"...)
		b = le.AppendUint32(b, 0)
		b = le.AppendUint64(b, offset+size)
		b = le.AppendUint32(b, 1)
		count, size, offset = min(count, math.MaxUint16), min(size, math.MaxUint32), min(offset, math.MaxUint32)
	}
	b = append(b, "PK\x05\x06"...)
	b = le.AppendUint32(b, 0) // disks
	b = le.AppendUint16(b, uint16(count))
	b = le.AppendUint16(b, uint16(count))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(offset))
	return le.AppendUint16(b, 0)
}
