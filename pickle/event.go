package pickle

import "iter"

// EventKind says what the real unpickler would do at a moment of the program.
type EventKind uint8

// The kinds of event.
const (
	EventImport     EventKind = iota + 1 // find a global: GLOBAL, STACK_GLOBAL, INST
	EventCall                            // call: REDUCE, NEWOBJ, NEWOBJ_EX, OBJ, INST
	EventBuild                           // __setstate__, or attributes set, by BUILD
	EventAppend                          // extend or append of a value that is no list
	EventSetItem                         // __setitem__ of a value that is no dict
	EventAddItem                         // add of a value that is no set
	EventPersistent                      // ask the reader for something by an id
	EventExt                             // find a global by its number
	EventBuffer                          // ask the reader for the next out-of-band buffer
)

func (k EventKind) String() string {
	names := [...]string{"none", "import", "call", "build", "append", "setitem", "additem", "persistent", "ext", "buffer"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

var eventOf = [...]EventKind{StepAppend: EventAppend, StepSetItem: EventSetItem, StepAddItem: EventAddItem}

// Event is one moment at which the real unpickler would import something, call
// something or reach outside the pickle.
type Event struct {
	Kind   EventKind
	Offset int64 // of the instruction
	// Value is what the event makes (import, call, persistent, ext, buffer) or
	// works on (build, append, setitem, additem).
	Value Value
	// State is the state that BUILD brings; the zero Value for other events.
	State Value
	// Items is what is appended, added or (keys and values in turn) set.
	Items []Value
}

// event is an Event in short. Its kids stay where they are when spans are joined.
type event struct {
	kind     EventKind
	ins      uint32
	v        int32
	start, n uint32 // kids
}

func (m *machine) event(k EventKind, v int32, start, n int) {
	m.d.events = append(grow(m, m.d.events, 20, 40),
		event{k, uint32(len(m.d.ins) - 1), v, uint32(start), uint32(n)})
}

// Events lists, in the order of the program, every moment at which the real
// unpickler would import, call or ask for something, those included whose
// result is dropped again. The methods that hashing and comparing keys may call
// are not among them.
func (d *Document) Events() iter.Seq[Event] {
	return func(yield func(Event) bool) {
		for i := range d.events {
			e := &d.events[i]
			x := Event{Kind: e.kind, Offset: d.base + d.offsetOf(e.ins), Value: Value{d, e.v}}
			switch e.kind {
			case EventBuild:
				x.State = Value{d, d.kids[e.start]}
			case EventAppend, EventSetItem, EventAddItem:
				for _, k := range d.kids[e.start : e.start+e.n] {
					x.Items = append(x.Items, Value{d, k})
				}
			}
			if !yield(x) {
				return
			}
		}
	}
}
