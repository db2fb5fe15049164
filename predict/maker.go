package predict

import (
	"iter"
	"math/rand/v2"
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What a body is made of; the weakest source names the whole.
const (
	OriginLast      = "your last"
	OriginExample   = "example"
	OriginDefault   = "default"
	OriginGenerated = "generated"
)

// Bounds on the work that a schema can cause.
const (
	maxNodes  = 10_000  // values made, failed tries included
	maxTries  = 64      // combinations of anyOf, oneOf and if at one place
	maxItems  = 200_000 // of all arrays; a picture for a network has 3 × 224 × 224
	maxDepth  = 64      // each level checks all that is below it again
	maxRepeat = 3       // times a schema may stand within itself
)

// maker makes a value for a schema: the same one each time, as a person would
// type it, or with dice whatever fits. Each value is checked against its schema; where the schema leaves a
// choice (anyOf, not, distinct items), the next choice is tried until one fits.
type maker struct {
	doc    *document
	dice   *rand.Rand // nil: as a person would type it
	within map[*jsonschema.Schema]int
	repeat int // how often a schema may stand within itself, this time
	nodes  int
	depth  int
	items  int
	extent Extent // which members objects get
}

// Extent is how many of the fields that may be there a body has.
type Extent int

// The extents: those that are required and those that the document gives a
// value, the required ones alone, or all that it declares.
const (
	UsualFields Extent = iota
	RequiredFields
	AllFields
)

// made is a value and the weakest source of its parts.
type made struct {
	value  any
	source source
}

type source int

const (
	fromExample source = iota
	fromDefault
	generated
)

func (s source) String() string {
	return [...]string{OriginExample, OriginDefault, OriginGenerated}[s]
}

func newMaker(d *document) *maker {
	return &maker{doc: d, within: map[*jsonschema.Schema]int{}}
}

// first is the example that holder (a media type or parameter) carries, if it
// fits the schema, or else a value made from the schema; without a schema an
// empty object. When nothing fits, the first try comes with false.
func (m *maker) first(holder *object, s *jsonschema.Schema) (made, bool) {
	for v := range examples(holder) {
		if m.extent == UsualFields && (m.dice == nil || m.one(8)) && fits(v, s) {
			return made{v, fromExample}, true
		}
	}
	if s == nil {
		return made{&object{}, generated}, true
	}
	var best made
	for m.repeat = 1; m.repeat <= maxRepeat; m.repeat++ {
		m.nodes, m.items = 0, 0
		v, ok := m.value(0, s)
		if ok {
			return v, true
		}
		if m.repeat == 1 {
			best = v
		}
	}
	return best, false
}

func fits(v any, all ...*jsonschema.Schema) bool {
	p := plain(v)
	for _, s := range all {
		if s != nil && s.Validate(p) != nil {
			return false
		}
	}
	return true
}

// value makes one that fits all the schemas. Another variant gives another
// value, where there is one.
func (m *maker) value(variant int, all ...*jsonschema.Schema) (best made, ok bool) {
	best.source = generated
	tries := 0
	for shape := range m.ways(all) {
		for v := range m.candidates(shape, variant) {
			if fits(v.value, all...) {
				return v, true
			}
		}
		if m.tooDeep(shape) {
			continue
		}
		for again := range 3 { // past what "not" excludes
			v, ok := m.build(shape, variant+again)
			if ok && fits(v.value, all...) {
				return v, true
			}
			if best.value == nil {
				best.value = v.value
			}
			if tries++; tries > maxTries || m.nodes > maxNodes {
				return best, false
			}
		}
	}
	return best, false
}

func (m *maker) tooDeep(shape []*jsonschema.Schema) bool {
	m.nodes++
	return m.depth > maxDepth || m.nodes > maxNodes || slices.ContainsFunc(shape, func(s *jsonschema.Schema) bool { return m.within[s] >= m.repeat })
}

// candidates are the values that the schemas name: examples, then defaults,
// then what they allow alone.
func (m *maker) candidates(shape []*jsonschema.Schema, variant int) iter.Seq[made] {
	var list []made
	if (m.dice == nil || m.one(4)) && (m.extent == UsualFields || m.typeFor(shape) != "object") {
		list = m.hints(shape) // an example of an object has the fields that it has
	}
	for _, s := range shape {
		source := m.doc.source(s)
		if s.Const != nil {
			list = append(list, made{source.get("const"), generated})
		}
		if enum, ok := source.get("enum").([]any); ok {
			for _, v := range enum {
				list = append(list, made{v, generated})
			}
		}
	}
	if m.dice != nil {
		m.dice.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		variant = 0
	}
	return slices.Values(list[min(variant, len(list)):])
}

// hints are the examples, then the defaults.
func (m *maker) hints(shape []*jsonschema.Schema) (list []made) {
	for _, s := range shape {
		for v := range examples(m.doc.source(s)) {
			list = append(list, made{v, fromExample})
		}
	}
	for _, s := range shape {
		if source := m.doc.source(s); source.has("default") {
			list = append(list, made{source.get("default"), fromDefault})
		}
	}
	return list
}

// examples are the ones written at a schema, media type or parameter: example
// (OpenAPI, pydantic 1), a list of examples (JSON Schema), or examples by name
// (OpenAPI).
func examples(o *object) iter.Seq[any] {
	return func(yield func(any) bool) {
		if o.has("example") && !yield(o.get("example")) {
			return
		}
		switch list := o.get("examples").(type) {
		case []any:
			for _, v := range list {
				if !yield(v) {
					return
				}
			}
		case *object:
			for _, name := range list.names {
				if v, _ := list.get(name).(*object); v.has("value") && !yield(v.get("value")) {
					return
				}
			}
		}
	}
}
