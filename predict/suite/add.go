package suite

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"berth/stack"
)

// Kept is a prediction that is to become a case.
type Kept struct {
	Name     string
	Service  string
	Endpoint string // "POST /predict"
	// Params and Headers are what was sent besides; a value refers to the
	// environment as it does in a file.
	Params, Headers []stack.Sent
	Body            []byte // JSON
	Status          int
	Answer          []byte // as it was answered
}

// Add is the text of the file with one case more, at its end. What the
// defaults say already is not said again. The file may be empty, and then gets
// its defaults from the case.
func (f *File) Add(k Kept) ([]byte, error) {
	problem := &stack.Problem{What: "keeping " + quote(k.Name), Where: f.Name}
	if i := slices.IndexFunc(f.Cases, func(c Case) bool { return c.Name == k.Name }); i >= 0 {
		return nil, &stack.Problem{
			What: "there is a case " + quote(k.Name) + " already", Where: fmt.Sprintf("%s:%d", f.Name, f.Cases[i].Line),
			Err: stack.ErrUsage, Hint: "take another name",
		}
	}
	entry, err := k.node(f.defaults, len(bytes.TrimSpace(f.Text)) == 0)
	if err != nil {
		problem.Err = err
		return nil, problem
	}
	var text []byte
	if strings.HasSuffix(f.Name, ".jsonl") {
		text = f.appendLine(entry, k)
	} else if text, err = f.appendYAML(entry, k); err != nil {
		problem.Err, problem.Hint = err, "mend that, or name another file with --suite=FILE"
		return nil, problem
	}
	now := Parse(f.Name, text)
	if n := len(f.Cases); len(now.Cases) != n+1 || now.Cases[n].Name != k.Name || f.same(&File{Cases: now.Cases[:n]}, f.Cases, nil) != nil {
		problem.Err, problem.Hint = fmt.Errorf("the case cannot be written into this file"), "name another one with --suite=FILE"
		return nil, problem
	}
	return text, nil
}

// node is the case as it is written.
func (k Kept) node(defaults Case, first bool) (*node, error) {
	body, err := parseJSON(k.Body, 0, 1)
	if err != nil {
		return nil, fmt.Errorf("its body is kept as JSON only: %w", err)
	}
	answer, err := parseJSON(k.Answer, 0, 1)
	if err != nil { // a text
		if answer, err = parseJSON([]byte(quote(string(k.Answer))), 0, 1); err != nil {
			return nil, err
		}
	}
	text := func(s string) *node { return &node{scalar: quote(s)} }
	entry := &node{kind: object, members: []member{{name: "name", value: text(k.Name)}}}
	if !first && k.Service != defaults.Service {
		entry.members = append(entry.members, member{name: "service", value: text(k.Service)})
	}
	if !first && k.Endpoint != defaults.Endpoint {
		entry.members = append(entry.members, member{name: "endpoint", value: text(k.Endpoint)})
	}
	for _, list := range []struct {
		name string
		sent []stack.Sent
	}{{"params", k.Params}, {"headers", k.Headers}} {
		all := &node{kind: object}
		for _, one := range list.sent {
			if all.get(one.Name) == nil {
				all.members = append(all.members, member{name: one.Name, value: text(one.Value)})
			}
		}
		if len(all.members) > 0 {
			entry.members = append(entry.members, member{name: list.name, value: all})
		}
	}
	expect := &node{kind: object, members: []member{{name: "status", value: &node{scalar: fmt.Sprint(k.Status)}}, {name: "answer", value: answer}}}
	entry.members = append(entry.members, member{name: "body", value: body}, member{name: "expect", value: expect})
	return entry, nil
}

// defaultsOf is what a new file says of all its cases.
func defaultsOf(k Kept) *node {
	return &node{kind: object, members: []member{
		{name: "service", value: &node{scalar: quote(k.Service)}},
		{name: "endpoint", value: &node{scalar: quote(k.Endpoint)}},
	}}
}

func (f *File) appendLine(entry *node, k Kept) []byte {
	s := style{json: true, spaced: true}
	text := bytes.TrimRight(f.Text, "\n")
	if len(text) > 0 {
		text = append(text[:len(text):len(text)], '\n')
		s = f.style(0)
	} else {
		text = append(write(nil, &node{kind: object, members: []member{{name: "defaults", value: defaultsOf(k)}}}, s), '\n')
	}
	return append(write(text, entry, s), '\n')
}

func (f *File) appendYAML(entry *node, k Kept) ([]byte, error) {
	if len(bytes.TrimSpace(f.Text)) == 0 {
		text := "# What was answered, kept with `berth predict --keep`; `berth predict --suite` asks again.\n" +
			"defaults:\n  " + string(lines(defaultsOf(k), 2)) + "\n\ncases:\n  - " + string(lines(entry, 4)) + "\n"
		return []byte(text), nil
	}
	for _, flaw := range f.Flaws {
		if !flaw.Minor {
			return nil, fmt.Errorf("line %d is broken: %s", flaw.Line, flaw.Text)
		}
	}
	cases := f.root.get("cases")
	if cases == nil || !cases.block || cases.end < 0 {
		return nil, fmt.Errorf(`it has no list under "cases:" with a case a line, which one more could be written below`)
	}
	indent := f.indent(cases.start)
	at := endOfLine(f.Text, cases.end)
	pad := "\n" + strings.Repeat(" ", indent)
	text := pad + "- " + string(lines(entry, indent+2))
	if n := len(cases.items); n > 1 && blankLine.Match(f.Text[max(cases.items[n-2].end, 0):cases.items[n-1].start]) {
		text = "\n" + text
	}
	if at == len(f.Text) {
		text += "\n"
	}
	return apply(f.Text, []edit{{at, at, []byte(text)}}), nil
}

var blankLine = regexp.MustCompile(`\n[ \t\r]*\n`)
