package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// parseJSON reads one JSON value. Places count from offset and line, which is
// where it stands in its file.
func parseJSON(text []byte, offset, line int) (*node, error) {
	if !utf8.Valid(text) {
		return nil, errors.New("it is not UTF-8")
	}
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, fmt.Errorf("not JSON at byte %d of the line: %w", syntax.Offset, err)
		}
		return nil, fmt.Errorf("not JSON: %w", err)
	}
	r := jsonReader{text: text, offset: offset, line: line, d: json.NewDecoder(bytes.NewReader(text))}
	r.d.UseNumber()
	return r.value()
}

type jsonReader struct {
	text         []byte
	offset, line int
	d            *json.Decoder
}

// token is the next one, with where it begins.
func (r *jsonReader) token() (t json.Token, start int, err error) {
	start = int(r.d.InputOffset())
	t, err = r.d.Token()
	for start < len(r.text) && bytes.IndexByte([]byte(" \t\r\n,:"), r.text[start]) >= 0 {
		start++
	}
	return t, start, err
}

func (r *jsonReader) value() (*node, error) {
	t, start, err := r.token()
	if err != nil {
		return nil, err
	}
	n := &node{line: r.line, start: r.offset + start}
	switch t {
	case json.Delim('{'):
		n.kind = object
		for r.d.More() {
			name, _, err := r.token()
			if err != nil {
				return nil, err
			}
			value, err := r.value()
			if err != nil {
				return nil, err
			}
			n.members = append(n.members, member{name.(string), r.line, value})
		}
	case json.Delim('['):
		n.kind = list
		for r.d.More() {
			item, err := r.value()
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	default:
		n.scalar = string(r.text[start:r.d.InputOffset()])
		n.end = r.offset + int(r.d.InputOffset())
		return n, nil
	}
	_, err = r.d.Token()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	n.end = r.offset + int(r.d.InputOffset())
	return n, err
}
