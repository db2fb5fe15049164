package store

import (
	"bytes"
	"encoding/json"
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
// rest as it was written. Numbers stay, so that the shape does. What is not
// JSON comes back unchanged.
func Mask(text []byte) (masked []byte, secrets int) {
	if !json.Valid(text) {
		return text, 0
	}
	m := masker{text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	m.decoder.UseNumber()
	m.value(false)
	return append(m.out, text[m.copied:]...), m.secrets
}

type masker struct {
	text    []byte
	decoder *json.Decoder
	out     []byte
	copied  int64 // bytes of text that are in out
	secrets int
}

// value reads one value of text that is known to be valid.
func (m *masker) value(secret bool) {
	before := m.decoder.InputOffset()
	t, err := m.decoder.Token()
	if err != nil {
		return
	}
	switch t := t.(type) {
	case string:
		if !secret || t == "" {
			return
		}
		start := before + int64(bytes.IndexByte(m.text[before:], '"')) // past the colon or comma
		m.out = append(m.out, m.text[m.copied:start]...)
		m.out = append(m.out, `"`+Masked+`"`...)
		m.copied = m.decoder.InputOffset()
		m.secrets++
	case json.Delim:
		for m.decoder.More() {
			inside := secret
			if t == '{' {
				name, _ := m.decoder.Token()
				s, _ := name.(string)
				inside = secret || Secret(s)
			}
			m.value(inside)
		}
		_, _ = m.decoder.Token() // the end, which valid text has
	}
}
