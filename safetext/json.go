package safetext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoder writes values as JSON documents, a line each, with escapes for what a
// terminal must not get.
type Encoder struct {
	w   io.Writer
	doc bytes.Buffer
}

// NewEncoder makes an encoder that writes to w.
func NewEncoder(w io.Writer) *Encoder { return &Encoder{w: w} }

// Encode writes one document.
func (e *Encoder) Encode(v any) error {
	e.doc.Reset()
	enc := json.NewEncoder(&e.doc)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := e.w.Write(JSON(e.doc.Bytes()))
	return err
}

// JSON is a JSON document with escapes for what a terminal must not get, in
// which it means the same: encoding/json leaves all but ASCII's controls as it
// is.
func JSON(doc []byte) []byte {
	from := 0
	for from < len(doc) && doc[from] < 0x7f {
		from++
	}
	if from == len(doc) {
		return doc
	}
	out := append(make([]byte, 0, len(doc)+64), doc[:from]...)
	for doc = doc[from:]; len(doc) > 0; {
		r, size := utf8.DecodeRune(doc)
		switch {
		case r == utf8.RuneError && size == 1: // no document
			out = append(out, `\ufffd`...)
		case r < ' ' || unicode.In(r, unicode.Zs) || !invisible(r):
			out = append(out, doc[:size]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		doc = doc[size:]
	}
	return out
}
