package predict

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FieldError is what is wrong with one part of a body. Found here or told by
// the service, it names the part in the same way.
type FieldError struct {
	// Path is the field, "customer.charges[0]"; empty for the body as a whole.
	// What is not in the body has its place in front: "query: limit".
	Path    string `json:"path"`
	Message string `json:"message"` // may be the service's words: untrusted
	// Line is where the field, or what should hold it, stands in the body that
	// was sent, from 1; 0 when that is not known.
	Line int `json:"line,omitempty"`

	limit limit // that the service gives
}

func (f FieldError) String() string {
	if f.Path == "" {
		return f.Message
	}
	return f.Path + ": " + f.Message
}

// fieldPath joins names and, as digits, indexes.
func fieldPath(steps []string) string {
	var b strings.Builder
	for _, step := range steps {
		if _, err := strconv.ParseUint(step, 10, 32); err == nil {
			fmt.Fprintf(&b, "[%s]", step)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(step)
	}
	return b.String()
}

// parent is the path of what holds a field; empty at the top.
func parent(path string) string {
	return path[:max(strings.LastIndexAny(path, ".["), 0)]
}

// place fills in the lines of fields within body, and sorts by them: what is not
// in it comes first.
func place(list []FieldError, body []byte) []FieldError {
	if len(list) == 0 {
		return nil
	}
	lines := fieldLines(body)
	for i := range list {
		if !list[i].InBody() {
			continue
		}
		for path := list[i].Path; list[i].Line == 0; path = parent(path) {
			list[i].Line = lines[path]
			if path == "" {
				break
			}
		}
	}
	slices.SortStableFunc(list, func(a, b FieldError) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Path, b.Path))
	})
	return list
}
