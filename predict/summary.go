package predict

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"berth/safetext"
)

// Value is one plain value of an answer.
type Value struct {
	Path string          `json:"path"` // "churn_probability", "predictions[0]"; empty for the answer itself
	Text string          `json:"text"` // safe to show; long fractions shortened to four digits
	Raw  json.RawMessage `json:"value"`
}

func (v Value) String() string { return strings.TrimSpace(v.Path + " " + v.Text) }

// maxSummary is how many values one line has room for.
const maxSummary = 8

// Summary is the first plain values of an answer, in its order: those at the
// top, or where there are none those nearest to it. An answer that is not JSON
// has none.
func (r Response) Summary() []Value {
	if !r.JSON {
		return nil
	}
	v, err := decode(r.Body)
	if err != nil {
		return nil // a number out of range: shown, not summed up
	}
	type place struct {
		steps []string
		value any
	}
	level := []place{{nil, v}}
	var values []Value
	for len(level) > 0 && len(values) == 0 {
		var below []place
		for _, p := range level {
			switch x := p.value.(type) {
			case *object:
				for _, name := range x.names {
					below = append(below, place{append(p.steps[:len(p.steps):len(p.steps)], name), x.values[name]})
				}
			case []any:
				for i, item := range x[:min(len(x), maxSummary)] {
					below = append(below, place{append(p.steps[:len(p.steps):len(p.steps)], strconv.Itoa(i)), item})
				}
			default:
				if len(values) < maxSummary {
					values = append(values, Value{
						Path: safetext.Line(fieldPath(p.steps)), Text: short(x), Raw: encode(x),
					})
				}
			}
		}
		level = below
	}
	return values
}

// short is a plain value in a few characters.
func short(v any) string {
	switch v := v.(type) {
	case string:
		return safetext.Line(v)
	case json.Number:
		if _, fraction, found := strings.Cut(v.String(), "."); found && len(fraction) > 4 && !strings.ContainsAny(fraction, "eE") {
			f, err := v.Float64()
			switch {
			case err != nil:
			case math.Abs(f) < 0.001:
				return strconv.FormatFloat(f, 'g', 4, 64)
			default:
				return strconv.FormatFloat(f, 'f', 4, 64)
			}
		}
		return v.String()
	}
	return string(encode(v))
}
