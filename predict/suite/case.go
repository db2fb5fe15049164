package suite

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"berth/predict"
	"berth/predict/query"
	"berth/safetext"
)

// reader makes cases of what a file says, and notes its flaws.
type reader struct {
	file     string
	defaults Case
	flaws    []Flaw
}

func (r *reader) flaw(line int, format string, args ...any) {
	r.flaws = append(r.flaws, Flaw{File: r.file, Line: line, Text: safetext.Line(fmt.Sprintf(format, args...))})
}

// read makes a case of an entry; false where it has a flaw.
func (r *reader) read(n *node) (Case, bool) {
	before := len(r.flaws)
	c := Case{File: r.file, Line: n.line}
	c.take(r.defaults)
	r.fields(n, &c, false)
	if n.kind == object && c.Name == "" {
		r.flaw(n.line, "the case has no name")
	}
	if n.kind == object && c.Body == nil && n.get("body") == nil {
		r.flaw(n.line, "the case has no body")
	}
	c.at.entry = n
	c.Open = c.at.expect == nil && len(c.Assert) == len(r.defaults.Assert)
	return c, len(r.flaws) == before
}

// take begins with what defaults say.
func (c *Case) take(from Case) {
	c.Service, c.Endpoint = from.Service, from.Endpoint
	c.Params, c.Headers = maps.Clone(from.Params), maps.Clone(from.Headers)
	c.Tolerances, c.Assert = slices.Clone(from.Tolerances), slices.Clone(from.Assert)
}

// fields reads an entry, or the defaults of a file.
func (r *reader) fields(n *node, c *Case, defaults bool) {
	if n.kind != object {
		r.flaw(n.line, "it is no object with a name and a body")
		return
	}
	for i, m := range n.members {
		v := m.value
		switch {
		case slices.ContainsFunc(n.members[:i], func(o member) bool { return o.name == m.name }):
			r.flaw(m.line, "%q is there twice", m.name)
		case m.name == "service":
			r.string(m, &c.Service)
		case m.name == "endpoint":
			r.string(m, &c.Endpoint)
		case m.name == "params":
			r.words(m, &c.Params)
		case m.name == "headers":
			r.words(m, &c.Headers)
		case m.name == "tolerances":
			r.tolerances(m, c)
		case m.name == "assert":
			r.assert(m, c)
		case m.name == "name" && !defaults:
			r.string(m, &c.Name)
		case m.name == "body" && !defaults:
			c.Body = v.json()
		case m.name == "expect" && !defaults:
			r.expect(m, c)
		default:
			r.flaw(m.line, "%q is none of name, service, endpoint, params, headers, body, expect, tolerances, assert", m.name)
			if defaults {
				r.flaws[len(r.flaws)-1].Text = fmt.Sprintf("defaults have no %q: only service, endpoint, params, headers, tolerances, assert", safetext.Line(m.name))
			}
		}
	}
}

func (r *reader) string(m member, into *string) {
	s, ok := m.value.text()
	if !ok || strings.TrimSpace(s) == "" {
		r.flaw(m.line, "%s has to be a text", m.name)
		return
	}
	*into = s
}

func (r *reader) words(m member, into *map[string]string) {
	if m.value.kind != object {
		r.flaw(m.line, "%s has to be an object of names and texts", m.name)
		return
	}
	for _, w := range m.value.members {
		s, ok := w.value.word()
		if !ok {
			r.flaw(w.line, "%s %q has to be a text", m.name, w.name)
			continue
		}
		if *into == nil {
			*into = map[string]string{}
		}
		(*into)[w.name] = s
	}
}

func (r *reader) expect(m member, c *Case) {
	c.at.expect = m.value
	if m.value.kind != object {
		r.flaw(m.line, "expect has to be an object with status, answer or both")
		return
	}
	for _, e := range m.value.members {
		switch e.name {
		case "status":
			f, ok := e.value.number()
			if c.Status = int(f); !ok || float64(c.Status) != f || f < 100 || f > 599 {
				r.flaw(e.line, "status has to be a number from 100 to 599")
			}
			c.at.status = e.value
		case "answer":
			c.Answer, c.at.answer = e.value.json(), e.value
		default:
			r.flaw(e.line, "%q is none of status, answer", e.name)
		}
	}
}

func (r *reader) tolerances(m member, c *Case) {
	const how = `a tolerance is "ignore", or an object with absolute, relative or both`
	if m.value.kind != object {
		r.flaw(m.line, "tolerances have to be an object of paths; %s", how)
		return
	}
	for _, place := range m.value.members {
		t := predict.Tolerance{Path: place.name}
		if word, ok := place.value.text(); ok && word == "ignore" {
			t.Ignore = true
		} else if place.value.kind != object || len(place.value.members) == 0 {
			r.flaw(place.line, "%s: %s", place.name, how)
			continue
		}
		for _, limit := range place.value.members {
			f, ok := limit.value.number()
			switch {
			case limit.name != "absolute" && limit.name != "relative":
				r.flaw(limit.line, "%s: %s", place.name, how)
			case !ok || f < 0:
				r.flaw(limit.line, "%s: %s has to be a number from 0", place.name, limit.name)
			case limit.name == "absolute":
				t.Absolute = f
			default:
				t.Relative = f
			}
		}
		c.Tolerances = append(c.Tolerances, t)
	}
}

func (r *reader) assert(m member, c *Case) {
	all := m.value.items
	if m.value.kind == scalar {
		all = []*node{m.value}
	}
	for _, a := range all {
		text, ok := a.text()
		if !ok {
			r.flaw(a.line, "assert has to be a text in the syntax of jq, or a list of them")
			continue
		}
		q, err := query.Parse(text)
		if err != nil {
			r.flaw(a.line, "%s: %v", text, err)
			continue
		}
		c.Assert = append(c.Assert, q)
	}
	if m.value.kind == object {
		r.flaw(m.line, "assert has to be a text in the syntax of jq, or a list of them")
	}
}
