package suite

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"berth/stack"
)

// edit is other text for bytes of a file.
type edit struct {
	from, to int
	text     []byte
}

// apply carries out edits that do not overlap.
func apply(text []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var out []byte
	at := 0
	for _, e := range edits {
		out = append(append(out, text[at:e.from]...), e.text...)
		at = e.to
	}
	return append(out, text[at:]...)
}

var errPlace = errors.New("it is written in a way that cannot be rewritten (an alias, or a text over several lines): edit it by hand")

// Update is the text of the file with what its cases answered as what is
// expected of them. All else stays: order, comments, and values that differ no
// more than they may. Cases that had no answer, answered 5xx or only fail an
// assertion stay too, as flaws that say so. updated counts the others.
func (f *File) Update(results []Result) (text []byte, updated int, flaws []Flaw) {
	var edits []edit
	expected, accepted := slices.Clone(f.Cases), map[int][]byte{}
	for _, r := range results {
		i := slices.IndexFunc(f.Cases, func(c Case) bool { return c.Line == r.Line && c.Name == r.Name })
		if r.File != f.Name || i < 0 || r.Outcome == Passed {
			continue
		}
		more, c, err := f.expect(f.Cases[i], r)
		if err != nil {
			flaws = append(flaws, Flaw{File: f.Name, Line: r.Line, Text: fmt.Sprintf("%s: %v", quote(r.Name), err)})
			continue
		}
		edits, expected[i], accepted[i] = append(edits, more...), c, r.Answer
		updated++
	}
	if updated == 0 {
		return f.Text, 0, flaws
	}
	text = apply(f.Text, edits)
	if err := f.same(Parse(f.Name, text), expected, accepted); err != nil {
		return f.Text, 0, append(flaws, Flaw{File: f.Name, Text: err.Error()})
	}
	return text, updated, flaws
}

// expect is how the case comes to expect what it answered.
func (f *File) expect(c Case, r Result) ([]edit, Case, error) {
	status := c.status(r.Status) != ""
	answer := len(r.Differences) > 0 || status && c.Answer != nil
	switch {
	case r.Outcome == Unsent:
		return nil, c, errors.New("it had no answer")
	case r.Status >= 500:
		return nil, c, fmt.Errorf("status %d is not what to expect of a service", r.Status)
	case !status && !answer:
		return nil, c, errors.New("what it asserts is not true: nothing to rewrite")
	}
	now, err := parseJSON(r.Answer, 0, 1)
	if err != nil {
		return nil, c, err
	}
	var edits []edit
	number := &node{scalar: fmt.Sprint(r.Status)}
	if c.Open {
		c.Open, c.Status, c.Answer = false, r.Status, now.json()
		e, err := f.insert(c.at.entry, member{name: "expect", value: &node{kind: object, members: []member{{name: "status", value: number}, {name: "answer", value: now}}}})
		return []edit{e}, c, err
	}
	if status {
		c.Status = r.Status
		e, err := f.put(c.at.expect, c.at.status, member{name: "status", value: number})
		if err != nil {
			return nil, c, err
		}
		edits = append(edits, e)
	}
	if answer {
		more, err := f.answer(c, r, now)
		return append(edits, more...), c, err
	}
	return edits, c, nil
}

// answer rewrites the single values that differ, or else the whole answer.
func (f *File) answer(c Case, r Result, now *node) ([]edit, error) {
	var edits []edit
	for _, d := range r.Differences {
		old, value := c.at.answer.follow(d.Steps), now.follow(d.Steps)
		if old == nil || value == nil || old.kind != scalar || value.kind != scalar || old.start < 0 {
			edits = nil
			break
		}
		edits = append(edits, f.replace(old, value))
	}
	if len(edits) > 0 {
		return edits, nil
	}
	e, err := f.put(c.at.expect, c.at.answer, member{name: "answer", value: now})
	return []edit{e}, err
}

// put writes a member of an object, which is there or not.
func (f *File) put(object, there *node, m member) (edit, error) {
	switch {
	case there == nil:
		return f.insert(object, m)
	case there.start < 0:
		return edit{}, errPlace
	}
	return f.replace(there, m.value), nil
}

// quotes is YAML that is written as JSON would be.
var quotes = regexp.MustCompile(`^[\[{ ]*"`)

func (f *File) replace(old, value *node) edit {
	e := edit{from: old.start, to: old.end}
	if old.block && len(value.members)+len(value.items) > 0 {
		e.text = lines(value, f.indent(old.start))
	} else {
		s := f.style(old.start)
		if !s.json && quotes.Match(f.Text[old.start:old.end]) {
			s = style{json: true, spaced: true}
		}
		e.text = write(nil, value, s)
	}
	if old.start == old.end && f.Text[old.start-1] == ':' { // nothing stood there
		e.text = append([]byte{' '}, e.text...)
	}
	return e
}

// insert adds a member behind the last one.
func (f *File) insert(object *node, m member) (edit, error) {
	if object == nil || object.start < 0 {
		return edit{}, errPlace
	}
	if !object.block {
		s := f.style(object.start)
		text := write(nil, &node{kind: 1, members: []member{m}}, s)
		e := edit{from: object.end - 1, to: object.end - 1, text: text[1 : len(text)-1]}
		if len(object.members) > 0 {
			last := object.members[len(object.members)-1].value
			if last.end < 0 {
				return edit{}, errPlace
			}
			comma := ", "
			if s.json && !s.spaced {
				comma = ","
			}
			e.from, e.to, e.text = last.end, last.end, append([]byte(comma), e.text...)
		}
		return e, nil
	}
	indent := f.indent(object.start)
	at := endOfLine(f.Text, object.end)
	text := "\n" + strings.Repeat(" ", indent) + m.name + ":" + string(yaml(m.value, indent))
	return edit{at, at, []byte(text)}, nil
}

// endOfLine is behind a comment, too.
func endOfLine(text []byte, at int) int {
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		return at + len(bytes.TrimRight(text[at:at+end], "\r"))
	}
	return len(text)
}

// indent is the column, from 0, of a byte.
func (f *File) indent(at int) int {
	begin := bytes.LastIndexByte(f.Text[:at], '\n') + 1
	return len([]rune(string(f.Text[begin:at])))
}

// style is how the file writes a value on one line.
func (f *File) style(at int) style {
	if !strings.HasSuffix(f.Name, ".jsonl") {
		return style{}
	}
	begin := bytes.LastIndexByte(f.Text[:at], '\n') + 1
	return style{json: true, spaced: bytes.Contains(f.Text[begin:endOfLine(f.Text, at)], []byte(`": `))}
}

// same reports what another reading of the file has other cases than these,
// beside answers that were accepted: an edit went wrong, and must not be
// written.
func (f *File) same(now *File, expected []Case, accepted map[int][]byte) error {
	wrong := &stack.Problem{What: "the file cannot be rewritten without changing more than it should", Hint: "edit it by hand"}
	if len(now.Cases) != len(expected) || len(now.Flaws) > len(f.Flaws) {
		return wrong
	}
	for i, c := range now.Cases {
		e := expected[i]
		answer, ok := accepted[i]
		if ok && c.Answer != nil {
			r := c.result(Passed)
			r.Answer = answer
			r.compare(c.Answer)
			ok = r.Outcome == Passed
		} else {
			ok = bytes.Equal(c.Answer, e.Answer)
		}
		if !ok || c.Name != e.Name || c.Status != e.Status || !bytes.Equal(c.Body, e.Body) || c.Open != e.Open ||
			len(c.Tolerances) != len(e.Tolerances) || len(c.Assert) != len(e.Assert) {
			wrong.Where = fmt.Sprintf("%s:%d", e.File, e.Line)
			return wrong
		}
	}
	return nil
}
