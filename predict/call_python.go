package predict

import (
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Python is the call as a script for httpx. What is sent is the same, as far as
// Curl's is, except that httpx resolves the dots of a path.
func (c Call) Python() (string, error) {
	body, err := c.content()
	if err != nil {
		return "", err
	}
	s := script{imports: map[string]bool{}}
	s.printf("response = httpx.request(\n    %s,\n    %s,\n", pythonText(c.Method), s.text(c.url(), quotedInURL))
	headers := c.headers()
	if body.mediaType != "" {
		headers = append(headers, CallHeader{"Content-Type", Plain(body.mediaType)})
	}
	s.printf("    headers={\n")
	for _, h := range headers {
		s.printf("        %s: %s,\n", pythonText(h.Name), s.header(h))
	}
	s.printf("    },\n")
	switch {
	case body.none:
	case body.file != "":
		s.printf("    content=open(%s, \"rb\").read(),\n", pythonText(body.file))
	case body.mediaType == "":
		s.printf("    files=[\n")
		for _, f := range body.fields {
			if f.file == "" {
				s.printf("        (%s, (None, %s)),\n", pythonText(f.name), s.text(f.value, ""))
				continue
			}
			s.printf("        (%s, (%s, open(%s, \"rb\"), %s)),\n", pythonText(f.name), pythonText(filepath.Base(f.file)), pythonText(f.file), pythonText(f.mediaType))
		}
		s.printf("    ],\n")
	default:
		s.printf("    content=%s,\n", s.content(body))
	}
	s.printf("    timeout=30,\n)\nprint(response.status_code, response.headers.get(\"content-type\"))\nprint(response.text)\n")
	return s.String(), nil
}

// How the value of a variable stands in a text.
const (
	quotedInURL  = "quote(%s, safe=\"\")"
	quotedInForm = "quote_plus(%s)"
	quotedInJSON = "json.dumps(%s)[1:-1]"
)

// script is Python, and what it imports.
type script struct {
	code    strings.Builder
	imports map[string]bool
}

func (s *script) printf(format string, args ...any) { fmt.Fprintf(&s.code, format, args...) }

func (s *script) String() string {
	var b strings.Builder
	for _, line := range []string{"import base64", "import json", "import os", "from urllib.parse import quote", "from urllib.parse import quote_plus"} {
		if s.imports[line] {
			b.WriteString(line + "\n")
		}
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	return b.String() + "import httpx\n\n" + s.code.String()
}

// text is an expression; how says what becomes of a variable's value.
func (s *script) text(t Text, how string) string {
	var parts []string
	for _, p := range t {
		if p.Variable == "" {
			parts = append(parts, pythonText(p.Text))
			continue
		}
		s.imports["import os"] = true
		value := "os.environ[" + pythonText(p.Variable) + "]"
		switch how {
		case quotedInURL:
			s.imports["from urllib.parse import quote"] = true
		case quotedInForm:
			s.imports["from urllib.parse import quote_plus"] = true
		case quotedInJSON:
			s.imports["import json"] = true
		}
		if how != "" {
			value = fmt.Sprintf(how, value)
		}
		parts = append(parts, value)
	}
	if len(parts) == 0 {
		return `""`
	}
	return strings.Join(parts, " + ")
}

// header is the value of a header: as bytes where it is not ASCII, which httpx
// refuses otherwise.
func (s *script) header(h CallHeader) string {
	if credentials, basic := h.credentials(); basic {
		s.imports["import base64"] = true
		return `"Basic " + base64.b64encode((` + s.text(credentials, "") + ").encode()).decode()"
	}
	value := s.text(h.Value, "")
	if strings.ContainsFunc(h.Value.written(), func(r rune) bool { return r >= utf8.RuneSelf }) {
		return "(" + value + ").encode()"
	}
	return value
}

// content is a body as bytes, a line of it on a line.
func (s *script) content(body content) string {
	how := ""
	switch {
	case encodingOf(body.mediaType) == asForm:
		how = quotedInForm
	case body.text.inJSON():
		how = quotedInJSON
	}
	for _, p := range body.text {
		if !utf8.ValidString(p.Text) {
			return pythonBytes(body.text.written())
		}
	}
	var b strings.Builder
	for i, p := range body.text {
		if i > 0 {
			b.WriteString("\n        + ")
		}
		if p.Variable != "" {
			b.WriteString(s.text(Text{p}, how))
			continue
		}
		var lines []string
		for line := range strings.Lines(p.Text) {
			lines = append(lines, pythonText(line))
		}
		b.WriteString(strings.Join(lines, "\n        "))
	}
	switch text := b.String(); {
	case text == "":
		return `b""`
	case !strings.Contains(text, "\n"):
		return text + ".encode()"
	default:
		return "(\n        " + text + "\n    ).encode()"
	}
}

// pythonText is a string of Python.
func pythonText(s string) string {
	var b strings.Builder
	quote := byte('"')
	if strings.Contains(s, `"`) && !strings.Contains(s, "'") {
		quote = '\''
	}
	b.WriteByte(quote)
	for _, r := range s {
		switch {
		case r == rune(quote) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 0x100:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte(quote)
	return b.String()
}

// pythonBytes is bytes of Python.
func pythonBytes(s string) string {
	var b strings.Builder
	b.WriteString(`b"`)
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteString(`\` + string(c))
		case c >= ' ' && c < 0x7f:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return b.String() + `"`
}
