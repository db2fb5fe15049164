package predict

import (
	"fmt"
	"mime"
	"net/http"
	"path/filepath"
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

// url is where the call goes.
func (c Call) url() Text {
	e := Endpoint{Method: c.Method, Path: c.Path}
	for _, p := range c.Params {
		e.Params = append(e.Params, Param{Name: p.Name, In: p.In, Value: p.Value.written(), Origin: OriginGiven})
	}
	return readText(e.URL(c.Base))
}

// headers are all that the body does not bring with it, as Send sends them.
func (c Call) headers() []CallHeader {
	all := []CallHeader{{"Accept", Plain(accepted)}}
	var cookies []string
	for _, p := range c.Params {
		switch p.In {
		case "header":
			all = append(all, CallHeader{p.Name, p.Value})
		case "cookie":
			cookies = append(cookies, (&http.Cookie{Name: p.Name, Value: p.Value.written()}).String())
		}
	}
	if len(cookies) > 0 {
		all = append(all, CallHeader{"Cookie", readText(strings.Join(cookies, "; "))})
	}
	all = slices.DeleteFunc(all, func(h CallHeader) bool { // those that are given take their place
		return slices.ContainsFunc(c.Headers, func(o CallHeader) bool { return strings.EqualFold(o.Name, h.Name) })
	})
	return append(all, c.Headers...)
}

// content is how the body goes over the wire: one of these.
type content struct {
	mediaType string
	text      Text
	file      string
	fields    []field // of a multipart form
	none      bool
}

type field struct {
	name      string
	value     Text
	file      string // in place of value
	mediaType string // of it
}

func (c Call) content() (content, error) {
	if c.MediaType == "" {
		return content{none: true}, nil
	}
	encoding := encodingOf(c.MediaType)
	switch encoding {
	case asMultipart:
		entries, err := entries([]byte(c.Body.written()))
		form := content{}
		for _, e := range entries {
			if file, ok := fileNamed(e[1]); ok {
				form.fields = append(form.fields, field{name: e[0], file: file, mediaType: namedType(file)})
				continue
			}
			form.fields = append(form.fields, field{name: e[0], value: readText(unescaped(e[1]))})
		}
		return form, err
	case asForm:
		form, mediaType, err := formOf([]byte(c.Body.written()))
		return content{mediaType: mediaType, text: readText(string(form))}, err
	case asRaw:
		written := c.Body.written()
		if file, ok := fileNamed(strings.TrimRight(written, "\n")); ok {
			mediaType := c.MediaType
			if strings.Contains(mediaType, "*") {
				mediaType = namedType(file)
			}
			return content{mediaType: mediaType, file: file}, nil
		}
		return content{mediaType: c.MediaType, text: readText(unescaped(written))}, nil
	}
	return content{mediaType: c.MediaType, text: c.Body}, nil
}

// namedType is the media type that a file's name says.
func namedType(file string) string {
	if t := mime.TypeByExtension(filepath.Ext(file)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// credentials are those of basic authentication, if the header has them as they
// are written by people.
func (h CallHeader) credentials() (Text, bool) {
	if !strings.EqualFold(h.Name, "Authorization") || len(h.Value) == 0 {
		return nil, false
	}
	rest, basic := strings.CutPrefix(h.Value[0].Text, "Basic ")
	credentials := append(Plain(rest), h.Value[1:]...)
	return credentials, basic && slices.ContainsFunc(credentials, func(p Part) bool { return strings.Contains(p.Text, ":") })
}
