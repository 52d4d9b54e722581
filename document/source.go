package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
)

// Source is where bytes come from: one file, a folder, a zip, memory. Names
// inside are slash-separated and relative; "" is the only file of a source
// that is one file.
type Source interface {
	// Name is what the user called it, for errors.
	Name() string
	// Open is one file and its size. The reader also has Bytes() []byte where
	// all of it is in memory or mapped.
	Open(name string) (io.ReaderAt, int64, error)
	// List is the names of all files.
	List() ([]string, error)
	Close() error
}

// Memory is a Source over a byte slice.
func Memory(name string, b []byte) Source { return &memory{name: name, b: b} }

type memory struct {
	name string
	b    []byte
}

type sliceReader struct {
	*bytes.Reader
	b []byte
}

func (s sliceReader) Bytes() []byte { return s.b }

func (m *memory) Name() string { return m.name }
func (m *memory) Open(string) (io.ReaderAt, int64, error) {
	return sliceReader{bytes.NewReader(m.b), m.b}, int64(len(m.b)), nil
}
func (m *memory) List() ([]string, error) { return []string{""}, nil }
func (m *memory) Close() error            { return nil }

// ReadAll is all bytes of one file of a source: the mapped or given memory
// where there is some, else a copy within limits.
func ReadAll(s Source, name string, l Limits) ([]byte, error) {
	r, size, err := s.Open(name)
	if err != nil {
		return nil, err
	}
	if b, ok := r.(interface{ Bytes() []byte }); ok {
		return b.Bytes(), nil
	}
	if size > l.WithDefaults().Bytes || size > math.MaxInt {
		return nil, &Error{File: s.Name(), Offset: -1, Err: fmt.Errorf("%w: file of %d bytes (Limits.Bytes)", ErrLimit, size)}
	}
	b := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(r, 0, size), b); err != nil {
		return nil, fmt.Errorf("%s: %w", s.Name(), err)
	}
	return b, nil
}

// ReadFile is a Source over a file that is read whole into memory.
func ReadFile(path string, l Limits) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := readLimited(f, path, l)
	if err != nil {
		return nil, err
	}
	return Memory(path, b), nil
}

// FromReader is a Source over all that r gives.
func FromReader(name string, r io.Reader, l Limits) (Source, error) {
	b, err := readLimited(r, name, l)
	if err != nil {
		return nil, err
	}
	return Memory(name, b), nil
}

// FromFS is a Source over one file of a file system.
func FromFS(fsys fs.FS, name string, l Limits) (Source, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := readLimited(f, name, l)
	if err != nil {
		return nil, err
	}
	return Memory(name, b), nil
}

// readLimited reads all of r. A file's size tells how much room to make at
// once; it is only a hint, and what a hint makes is bounded.
func readLimited(r io.Reader, name string, l Limits) ([]byte, error) {
	most := l.WithDefaults().Bytes
	var b []byte
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		if st, err := f.Stat(); err == nil && st.Mode().IsRegular() && st.Size() < min(most, maxHint) {
			b = make([]byte, 0, st.Size()+1) // the read that finds the end needs room too
		}
	}
	b, err := readAll(io.LimitReader(r, max(most, most+1)), b) // the largest int64 is no limit
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if int64(len(b)) > most {
		return nil, &Error{File: name, Offset: -1, Err: fmt.Errorf("%w: more than %d bytes (Limits.Bytes)", ErrLimit, most)}
	}
	return b, nil
}

// maxHint is the largest file that one slice is made for before it is read.
const maxHint = 1 << 30

// readAll is io.ReadAll into b, which may have room already.
func readAll(r io.Reader, b []byte) ([]byte, error) {
	if cap(b) == 0 {
		return io.ReadAll(r)
	}
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			return b, nil
		}
		if err != nil {
			return b, err
		}
		if len(b) == cap(b) {
			b = slices.Grow(b, 512)
		}
	}
}

// MapFile is a Source over a file that is mapped into memory, where the system
// can do that, and read whole where it cannot. The bytes are valid until Close.
func MapFile(path string, l Limits) (Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if st.IsDir() {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is a folder")}
	}
	b, unmap, err := mapFile(f, st.Size())
	if err != nil {
		return ReadFile(path, l)
	}
	return &mapped{memory{filepath.ToSlash(path), b}, unmap}, nil
}

type mapped struct {
	memory
	unmap func() error
}

func (m *mapped) Close() error {
	if m.unmap == nil {
		return nil
	}
	u := m.unmap
	m.unmap, m.b = nil, nil
	return u()
}
