package predict

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"berth/safetext"
)

// Difference is one place where two answers differ.
type Difference struct {
	Path   string `json:"path"`             // "churn_probability"; empty: the answer as a whole
	Before string `json:"before,omitempty"` // safe to show; empty: it was not there
	After  string `json:"after,omitempty"`  // empty: it is not there any more
	// Change is After-Before where both are numbers.
	Change *float64 `json:"change,omitempty"`
	Steps  []string `json:"-"` // of Path, as the answers have them: names and indexes
}

// Comparison is what two answers to the same request have to do with each
// other.
type Comparison struct {
	// Same reports whether they are equal, byte for byte or within tolerance.
	Same        bool         `json:"same"`
	Differences []Difference `json:"differences,omitempty"`
	// Largest is the largest relative difference of two numbers, also one that
	// is tolerated, unless it is to be ignored.
	Largest float64 `json:"largest_relative_difference"`
	// Ignored counts the places that differ and are to be ignored.
	Ignored int `json:"ignored,omitempty"`
}

// Compare finds the places where two answers differ, in their order. Two
// numbers are equal within a relative tolerance, since parallel sums in floating
// point differ in the last digits from run to run; 0 asks for the same float64.
// What is not JSON is equal or differs as a whole.
func Compare(before, after []byte, tolerance float64) Comparison {
	return CompareWithin(before, after, Tolerances{{Relative: tolerance}})
}

// CompareWithin is Compare with tolerances of places.
func CompareWithin(before, after []byte, tolerances Tolerances) Comparison {
	c := comparer{tolerances: tolerances.compile()}
	old, errOld := decode(before)
	now, errNow := decode(after)
	switch {
	case bytes.Equal(before, after):
	case errOld != nil || errNow != nil:
		c.differ(nil, string(before), string(after))
	default:
		c.values(nil, old, now)
	}
	c.result.Same = len(c.result.Differences) == 0
	return c.result
}

type comparer struct {
	tolerances tolerant
	result     Comparison
}

// absent stands for a value that is not there, which null is not.
type absent struct{}

func (c *comparer) values(path []string, old, now any) {
	switch a := old.(type) {
	case json.Number:
		if b, ok := now.(json.Number); ok {
			c.numbers(path, a, b)
			return
		}
	case *object:
		if b, ok := now.(*object); ok {
			c.objects(path, a, b)
			return
		}
	case []any:
		if b, ok := now.([]any); ok {
			c.arrays(path, a, b)
			return
		}
	default:
		if old == now {
			return
		}
	}
	c.differ(path, shown(old), shown(now))
}

func (c *comparer) objects(path []string, old, now *object) {
	for _, name := range old.names {
		c.values(step(path, name), old.values[name], memberOf(now, name))
	}
	for _, name := range now.names {
		if !old.has(name) {
			c.values(step(path, name), absent{}, now.values[name])
		}
	}
}

func memberOf(o *object, name string) any {
	if !o.has(name) {
		return absent{}
	}
	return o.values[name]
}

func (c *comparer) arrays(path []string, old, now []any) {
	at := func(list []any, n int) any {
		if n >= len(list) {
			return absent{}
		}
		return list[n]
	}
	for n := range max(len(old), len(now)) {
		c.values(step(path, strconv.Itoa(n)), at(old, n), at(now, n))
	}
}

func (c *comparer) numbers(path []string, old, now json.Number) {
	if old == now {
		return
	}
	a, errA := old.Float64()
	b, errB := now.Float64()
	if errA != nil || errB != nil { // beyond what a float64 holds
		c.differ(path, string(old), string(now))
		return
	}
	relative := 0.0
	if a != b {
		relative = math.Abs(b-a) / max(math.Abs(a), math.Abs(b))
	}
	if t := c.tolerances.at(path); !t.Ignore {
		c.result.Largest = max(c.result.Largest, relative)
		if t.within(math.Abs(b-a), relative) {
			return
		}
	}
	change := b - a
	if c.differ(path, string(old), string(now)) && !math.IsInf(change, 0) {
		c.result.Differences[len(c.result.Differences)-1].Change = &change
	}
}

// differ notes that a place differs, unless that is to be ignored.
func (c *comparer) differ(path []string, before, after string) bool {
	if c.tolerances.at(path).Ignore {
		c.result.Ignored++
		return false
	}
	c.result.Differences = append(c.result.Differences, Difference{
		Path: safetext.Line(fieldPath(path)), Before: safetext.Line(before), After: safetext.Line(after), Steps: path,
	})
	return true
}

// step is a path with one step more, which shares no memory with its sisters.
func step(path []string, name string) []string { return append(slices.Clip(path), name) }

func shown(v any) string {
	if v == (absent{}) {
		return ""
	}
	return string(encode(v))
}

// String is the difference in one line: "p 0.94 → 0.93 (-0.01)".
func (d Difference) String() string {
	word := func(s string) string {
		if s == "" {
			return "nothing"
		}
		return s
	}
	before, after := word(d.Before), word(d.After)
	if d.Change == nil {
		return strings.TrimSpace(d.Path + " " + before + " → " + after)
	}
	a, b := json.Number(short(json.Number(before))), json.Number(short(json.Number(after)))
	x, _ := a.Float64()
	if y, _ := b.Float64(); x != y { // else they would look the same
		before, after = string(a), string(b)
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s → %s (%+.4g)", d.Path, before, after, *d.Change))
}
