package model

import (
	"context"
	"errors"
	"sync"
	"unsafe"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/tensor"
)

// Value is a tensor.Value.
type Value = tensor.Value

// Call is one run of a plan, as its kernels see it. It is used by one
// goroutine at a time.
type Call struct {
	Context context.Context
	Session *Session
	Rows    int // of this part of the call; 0 where no port has rows
	scratch []uint64
	used    int
	spill   int // words asked for beyond the slab, so that the next run has them
}

// Scratch is zeroed memory for n elements, valid until the kernel returns.
func Scratch[T int8 | uint8 | int32 | uint32 | float32 | int64 | uint64 | float64](c *Call, n int) []T {
	if n == 0 {
		return nil
	}
	var z T
	words := (n*int(unsafe.Sizeof(z)) + 7) / 8
	var mem []uint64
	if c.used+words <= len(c.scratch) {
		mem = c.scratch[c.used : c.used+words]
		clear(mem)
		c.used += words
	} else {
		mem = make([]uint64, words)
		c.spill += words
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&mem[0])), n)
}

// Release takes all scratch memory back; plans call it between kernels.
func (c *Call) Release() {
	if c.spill > 0 {
		c.scratch = make([]uint64, len(c.scratch)+c.spill)
		c.spill = 0
	}
	c.used = 0
}

// Err is the context's error: long loops ask now and then.
func (c *Call) Err() error { return c.Context.Err() }

// Session holds what calls change: variables, tables, recurrent state,
// generators. It is safe for concurrent use; each resource locks itself.
type Session struct {
	mu        sync.Mutex
	resources map[any]any
}

// Resource is the session's own copy of something, made at the first use.
func (s *Session) Resource(owner any, make func() any) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r, ok := s.resources[owner]; ok {
		return r
	}
	if s.resources == nil {
		s.resources = map[any]any{}
	}
	r := make()
	s.resources[owner] = r
	return r
}

// Inputf is an ErrInput: the data is not what the model takes.
func Inputf(detail string, args ...any) error {
	return document.Errorf(document.ErrInput, "", "", -1, detail, args...)
}

// Unsupportedf is an ErrUnsupported.
func Unsupportedf(detail string, args ...any) error {
	return document.Errorf(document.ErrUnsupported, "", "", -1, detail, args...)
}

func asError(err error, e **document.Error) bool { return errors.As(err, e) }
