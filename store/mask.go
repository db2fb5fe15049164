package store

import (
	"bytes"
	"encoding/json"
	"iter"
	"regexp"
	"slices"
	"strings"
)

// Masked stands where a secret was.
const Masked = "•••"

// What names of secrets contain, written together, and what they end in as a
// word of its own: "tokens" are what language models count.
var (
	secretParts = []string{"password", "passwd", "passphrase", "secret", "credential", "apikey", "privatekey", "authorization"}
	secretWords = []string{"token", "key", "pwd"}
)

// Secret reports whether a field, header or variable goes by a name that
// secrets have: db_password, API-Key, accessToken, Authorization.
func Secret(name string) bool {
	words := split(name)
	joined := strings.Join(words, "")
	return slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(joined, part) }) ||
		len(words) > 0 && slices.Contains(secretWords, words[len(words)-1])
}

// split takes a name apart: my_apiKey is my, api, key.
func split(name string) []string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if 'A' <= r && r <= 'Z' && lower {
			b.WriteByte(' ')
		}
		lower = 'a' <= r && r <= 'z'
		if strings.ContainsRune("_-.:", r) {
			r = ' '
		}
		b.WriteRune(r)
	}
	return strings.Fields(strings.ToLower(b.String()))
}

// Mask replaces the texts under names of secrets, however deep, and keeps the
// rest as it was written. Numbers stay, so that the shape does. Of what is not
// JSON, such as a stream or a body with a mistake, it takes what looks like a
// member.
func Mask(text []byte) (masked []byte, secrets int) {
	masked, values := mask(text)
	return masked, len(values)
}

// mask is Mask with the values that are not there any more.
func mask(text []byte) (masked []byte, values []string) {
	copied := 0
	for s := range secretsIn(text) {
		masked = append(masked, text[copied:s.Start]...)
		masked = append(masked, `"`+Masked+`"`...)
		copied = s.End
		values = append(values, s.value)
	}
	if copied == 0 {
		return text, nil
	}
	return append(masked, text[copied:]...), values
}

// Hole is where Mask put Masked in place of a secret, quotes included.
type Hole struct {
	Start, End int
	Name       string // of the secret

	value string
}

// Holes finds the places of a masked text where secrets were.
func Holes(masked []byte) []Hole {
	var holes []Hole
	for s := range secretsIn(masked) {
		if s.value == Masked {
			holes = append(holes, s)
		}
	}
	return holes
}

// member is one of an object as it is written, the end of its text cut off or
// not.
var member = regexp.MustCompile(`"((?:[^"\\]|\\.)*)"\s*:\s*("(?:[^"\\]|\\.)*(?:"|$))`)

// secretsIn yields the texts under names of secrets.
func secretsIn(text []byte) iter.Seq[Hole] {
	return func(yield func(Hole) bool) {
		if json.Valid(text) {
			for h := range textsIn(text) {
				if h.Name != "" && h.value != "" && !yield(h) {
					return
				}
			}
			return
		}
		for _, m := range member.FindAllSubmatchIndex(text, -1) {
			name, value := string(text[m[2]:m[3]]), strings.Trim(string(text[m[4]:m[5]]), `"`)
			if value != "" && Secret(name) && !yield(Hole{m[4], m[5], name, value}) {
				return
			}
		}
	}
}

// textsIn yields all texts of a valid document, those of secrets with a name.
func textsIn(text []byte) iter.Seq[Hole] {
	return func(yield func(Hole) bool) {
		w := walker{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), yield: yield}
		w.decoder.UseNumber()
		w.value("")
	}
}

// walker goes through text that is known to be valid.
type walker struct {
	text    []byte
	decoder *json.Decoder
	yield   func(Hole) bool
	ended   bool
}

// value reads one value; secret is the name that makes one of the texts in it.
func (w *walker) value(secret string) {
	before := w.decoder.InputOffset()
	t, err := w.decoder.Token()
	if err != nil || w.ended {
		return
	}
	switch t := t.(type) {
	case string:
		start := int(before) + bytes.IndexByte(w.text[before:], '"') // past the colon or comma
		w.ended = !w.yield(Hole{start, int(w.decoder.InputOffset()), secret, t})
	case json.Delim:
		for w.decoder.More() && !w.ended {
			inside := secret
			if t == '{' {
				name, _ := w.decoder.Token()
				if s, _ := name.(string); secret == "" && Secret(s) {
					inside = s
				}
			}
			w.value(inside)
		}
		_, _ = w.decoder.Token() // the end, which valid text has
	}
}

// leastSecret is how long a value has to be to be looked for inside others: a
// shorter one would take words apart.
const leastSecret = 4

// Conceal replaces values wherever they stand in a text: services repeat what
// they refuse. Short ones only where they are a whole JSON text.
func Conceal(text []byte, values []string) []byte {
	values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" || v == Masked })
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) }) // one may be in another
	if len(values) == 0 {
		return text
	}
	cover := func(s string) string {
		for _, v := range values {
			if s == v {
				return Masked
			}
			if len(v) >= leastSecret {
				s = strings.ReplaceAll(s, v, Masked)
			}
		}
		return s
	}
	if !json.Valid(text) {
		return []byte(cover(string(text)))
	}
	var out []byte
	copied := 0
	for h := range textsIn(text) {
		if covered := cover(h.value); covered != h.value {
			quoted, err := json.Marshal(covered)
			if err != nil { // of a string
				continue
			}
			out = append(append(out, text[copied:h.Start]...), quoted...)
			copied = h.End
		}
	}
	return append(out, text[copied:]...)
}

// Variable is what the environment may call a secret: API_KEY for apiKey.
func Variable(name string) string {
	v := strings.ToUpper(strings.Join(split(name), "_"))
	v = strings.Map(func(r rune) rune {
		if r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '_'
	}, v)
	if v == "" || v[0] <= '9' {
		v = "SECRET_" + v
	}
	return v
}
