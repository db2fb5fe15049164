package predict

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Call is a request as it can be written down for others to send. Curl, Python
// and Berth write it; what they write is safe to show.
type Call struct {
	Service   string
	Method    string
	Path      string // as the endpoint has it: "/models/{name}/predict"
	Base      string // http://127.0.0.1:8000
	MediaType string // of the body; empty: there is none
	Params    []CallParam
	Headers   []CallHeader
	Body      Text
	Force     bool // it does not fit the schema
}

// CallParam is a parameter that is sent.
type CallParam struct {
	Name, In string // path, query, header or cookie
	Value    Text
	Join     string // as of a Param
}

// CallHeader is a header that is sent.
type CallHeader struct {
	Name  string
	Value Text
}

// Text is one whose secrets are left to the environment.
type Text []Part

// Part is a piece of a Text: written out, or the value of a variable.
type Part struct{ Text, Variable string }

// Plain is a text without secrets.
func Plain(s string) Text {
	if s == "" {
		return nil
	}
	return Text{{Text: s}}
}

// Referring reads the variables of a header's value: "Bearer $TOKEN".
func Referring(value string) (t Text) {
	at := 0
	for _, m := range variable.FindAllStringIndex(value, -1) {
		t = append(t, Plain(value[at:m[0]])...)
		t = append(t, Part{Variable: strings.Trim(value[m[0]:m[1]], "${}")})
		at = m[1]
	}
	return append(t, Plain(value[at:])...)
}

// Fill is the text with what the environment has; what names the text in the
// error, where that lacks something.
func (t Text) Fill(what string, env func(string) (string, bool)) (string, error) {
	json := t.inJSON()
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.Text)
		if p.Variable == "" {
			continue
		}
		value, err := Expand(what, "${"+p.Variable+"}", env)
		if err != nil {
			return "", err
		}
		if json {
			quoted := string(encode(value))
			value = quoted[1 : len(quoted)-1]
		}
		b.WriteString(value)
	}
	return b.String(), nil
}

// Reference is the text as a Header's value refers to the environment.
func (t Text) Reference() string {
	var b strings.Builder
	for i, p := range t {
		b.WriteString(p.Text)
		switch {
		case p.Variable == "":
		case i+1 < len(t) && wordNext.MatchString(t[i+1].Text): // which would be taken for more of the name
			b.WriteString("${" + p.Variable + "}")
		default:
			b.WriteString("$" + p.Variable)
		}
	}
	return b.String()
}

var wordNext = regexp.MustCompile(`^\w`)

// Variables are those of the environment that a call needs, in their order.
func (c Call) Variables() (names []string) {
	add := func(t Text) {
		for _, p := range t {
			if p.Variable != "" && !slices.Contains(names, p.Variable) {
				names = append(names, p.Variable)
			}
		}
	}
	for _, p := range c.Params {
		add(p.Value)
	}
	for _, h := range c.Headers {
		add(h.Value)
	}
	add(c.Body)
	return names
}

// printable reports whether a text can be written down as it is: a terminal would
// obey or hide other characters, and a shell cannot have all of them.
func (t Text) printable() bool {
	for _, p := range t {
		if !utf8.ValidString(p.Text) || strings.ContainsFunc(p.Text, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }) {
			return false
		}
	}
	return true
}

// joined has the pieces together that are written out.
func (t Text) joined() (all Text) {
	for _, p := range t {
		if last := len(all) - 1; last >= 0 && p.Variable == "" && all[last].Variable == "" {
			all[last].Text += p.Text
		} else {
			all = append(all, p)
		}
	}
	return all
}

// written is a Text as one string, in which a mark that nothing escapes stands for
// each variable; read undoes it.
func (t Text) written() string {
	var b strings.Builder
	for i, p := range t {
		if b.WriteString(p.Text); p.Variable != "" {
			fmt.Fprintf(&b, "BERTH-%d-%s-", i, p.Variable)
		}
	}
	return b.String()
}

var mark = regexp.MustCompile(`BERTH-\d+-(\w+)-`)

func readText(written string) (t Text) {
	at := 0
	for _, m := range mark.FindAllStringSubmatchIndex(written, -1) {
		t = append(t, Plain(written[at:m[0]])...)
		t = append(t, Part{Variable: written[m[2]:m[3]]})
		at = m[1]
	}
	return append(t, Plain(written[at:])...)
}
