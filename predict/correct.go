package predict

import (
	"encoding/json"
	"math/big"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// Correction is what would mend one field of a body.
type Correction struct {
	Path string `json:"path"` // as in the FieldError that it answers
	Text string `json:"text"` // what it does: "3", "add 12", "rename to tenure", "take it out"; untrusted

	field  Field
	value  json.RawMessage // nil: the field is taken out
	rename string          // what the field is to be called
}

// Corrections are offers for what is wrong with a body, found here or told by
// the service: a value in the type that is asked for, the nearest that is
// allowed, a field that is missing, a name that is nearly one that is known.
// Not all that is wrong has one.
func (e Endpoint) Corrections(body []byte, wrong []FieldError) []Correction {
	fields, _, err := e.Fields(body)
	if err != nil {
		fields = e.paramFields()
	}
	var all []Correction
	for _, w := range wrong {
		n := slices.IndexFunc(fields, func(f Field) bool { return f.Path() == w.Path })
		if n < 0 || slices.ContainsFunc(all, func(c Correction) bool { return c.Path == w.Path }) {
			continue
		}
		c, ok := fields[n].keep(w.limit)
		if !ok && (e.schema != nil || fields[n].In != "") {
			c, ok = fields[n].correct(fields)
		}
		if ok {
			c.Path, c.field = w.Path, fields[n]
			all = append(all, c)
		}
	}
	// A misspelt name is told twice, as one too many and one missing.
	return slices.DeleteFunc(all, func(c Correction) bool {
		return c.rename == "" && !c.field.Present && slices.ContainsFunc(all, func(r Correction) bool {
			return r.rename == c.field.Name() && r.field.beside(c.field)
		})
	})
}

// Corrected is the endpoint and a body with corrections made.
func (e Endpoint) Corrected(body []byte, all []Correction) (Endpoint, []byte, error) {
	var err error
	for _, c := range all {
		if c.field.In != "" {
			if e, err = e.SetParam(c.field, c.value); err != nil {
				return e, nil, err
			}
			continue
		}
		if c.rename != "" {
			to := c.field
			to.Steps = append(slices.Clone(c.field.Steps[:len(c.field.Steps)-1]), c.rename)
			if body, err = e.With(body, to, c.value); err != nil {
				return e, nil, err
			}
			c.value = nil
		}
		if body, err = e.With(body, c.field, c.value); err != nil {
			return e, nil, err
		}
	}
	return e, body, nil
}

// beside reports whether two fields are in the same object.
func (f Field) beside(g Field) bool {
	return len(f.Steps) == len(g.Steps) && slices.Equal(f.Steps[:len(f.Steps)-1], g.Steps[:len(g.Steps)-1])
}

// keep offers the limit that a service gives, if the schema has nothing against
// it.
func (f Field) keep(l limit) (Correction, bool) {
	v, ok := f.within(l)
	if !ok || !f.Present || f.Group || !fits(v, f.schemas...) {
		return Correction{}, false
	}
	return Correction{Text: f.shown(v), value: encode(v)}, true
}

func (f Field) correct(fields []Field) (Correction, bool) {
	declared := len(f.schemas) > 0
	switch {
	case f.In != "" && !declared:
		return Correction{}, false
	case !f.Present && declared:
		offer := f.Offer()
		return Correction{Text: "add " + string(offer), value: offer}, true
	case !f.Present || f.Group && declared:
		return Correction{}, false
	case !declared:
		value := json.RawMessage(encode(f.given))
		if name := f.nearestName(fields); name != "" && !f.Group {
			return Correction{Text: "rename to " + name, rename: name, value: value}, true
		}
		return Correction{Text: "take it out"}, true
	}
	if fits(f.given, f.schemas...) {
		return Correction{}, false // only the service knows better
	}
	for _, v := range f.nearest() {
		if fits(v, f.schemas...) {
			return Correction{Text: f.shown(v), value: encode(v)}, true
		}
	}
	return Correction{}, false
}

// shown is a value as it is offered: a parameter has no quotes.
func (f Field) shown(v any) string {
	if s, ok := v.(string); ok && f.In != "" {
		return s
	}
	return string(encode(v))
}

// nearest are values that may have been meant, best first.
func (f Field) nearest() []any {
	var all []any
	typed := strings.TrimSpace(f.Text)
	if v, err := decode([]byte(typed)); err == nil {
		all = append(all, v)
	}
	if b, ok := boolean(typed); ok {
		all = append(all, b)
	}
	all = append(all, f.Text, typed)
	if n, ok := new(big.Rat).SetString(typed); ok && checkNumber(typed) == nil {
		whole := new(big.Int).Quo(n.Num(), n.Denom())
		all = append(all, json.Number(whole.String()))
		for shape := range expand(f.schemas) {
			for _, s := range shape {
				if s.Minimum != nil && n.Cmp(s.Minimum) < 0 {
					all = append(all, number(s.Minimum))
				}
				if s.Maximum != nil && n.Cmp(s.Maximum) > 0 {
					all = append(all, number(s.Maximum))
				}
				if s.ExclusiveMinimum != nil && n.Cmp(s.ExclusiveMinimum) <= 0 {
					all = append(all, beyond(s.ExclusiveMinimum, 1))
				}
				if s.ExclusiveMaximum != nil && n.Cmp(s.ExclusiveMaximum) >= 0 {
					all = append(all, beyond(s.ExclusiveMaximum, -1))
				}
			}
			break
		}
	}
	if best := nearestChoice(f.Choices, typed); best >= 0 {
		all = append(all, f.values[best])
	}
	offer, err := decode(f.Offer())
	if err != nil {
		return all
	}
	return append(all, offer)
}

// sharedLetters are as many as make it likely that a choice was begun.
const sharedLetters = 3

// nearestChoice is the choice that is begun alike, or else is spelt nearly so:
// "monthly" is "month-to-month", not "one-year". -1: there is none.
func nearestChoice(choices []string, typed string) int {
	typed = strings.ToLower(typed)
	best, alike, distance := -1, false, 0
	for n, choice := range choices {
		choice = strings.ToLower(choice)
		begun := typed != "" && strings.HasPrefix(choice, typed)
		same := begun || shared(choice, typed) >= sharedLetters
		d := levenshtein.Distance(choice, typed, nil)
		if begun {
			d = -1 // it only was not ended
		}
		if best < 0 || same && !alike || same == alike && d < distance {
			best, alike, distance = n, same, d
		}
	}
	return best
}

// shared is how many bytes two texts have in common at the beginning.
func shared(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// beyond is the whole number next to a limit that is not allowed itself.
func beyond(limit *big.Rat, step int64) json.Number {
	whole := new(big.Int).Div(limit.Num(), limit.Denom()) // rounds down
	if step > 0 || limit.IsInt() {
		whole.Add(whole, big.NewInt(step))
	}
	return json.Number(whole.String())
}

// nearestName is a declared field that is missing beside this one and nearly
// called so.
func (f Field) nearestName(fields []Field) string {
	best, distance := "", 1+len(f.Name())/3
	for _, g := range fields {
		if g.Present || len(g.schemas) == 0 || !f.beside(g) {
			continue
		}
		if d := levenshtein.Distance(strings.ToLower(g.Name()), strings.ToLower(f.Name()), nil); d <= distance {
			best, distance = g.Name(), d-1
		}
	}
	return best
}
