package predict

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// fieldLines gives the line of every field in a body, by path. What comes after
// a syntax error is missing.
func fieldLines(body []byte) map[string]int {
	w := lineWalker{
		body:    body,
		decoder: json.NewDecoder(bytes.NewReader(body)),
		lines:   map[string]int{},
		line:    1,
	}
	w.decoder.UseNumber()
	w.value(nil)
	return w.lines
}

type lineWalker struct {
	body    []byte
	decoder *json.Decoder
	lines   map[string]int
	line    int
	counted int64 // bytes of body whose line ends are in line
}

// token is the next one, with line moved to where it ends.
func (w *lineWalker) token() (json.Token, bool) {
	t, err := w.decoder.Token()
	if err != nil {
		return nil, false
	}
	at := w.decoder.InputOffset()
	w.line += bytes.Count(w.body[w.counted:at], []byte("\n"))
	w.counted = at
	return t, true
}

func (w *lineWalker) value(steps []string) bool {
	t, ok := w.token()
	if !ok {
		return false
	}
	path := fieldPath(steps)
	if _, named := w.lines[path]; !named { // the name's line, for members
		w.lines[path] = w.line
	}
	switch t {
	case json.Delim('{'):
		for w.decoder.More() {
			name, ok := w.token()
			if !ok {
				return false
			}
			inner := append(steps, name.(string))
			w.lines[fieldPath(inner)] = w.line
			if !w.value(inner) {
				return false
			}
		}
	case json.Delim('['):
		for i := 0; w.decoder.More(); i++ {
			if !w.value(append(steps, strconv.Itoa(i))) {
				return false
			}
		}
	default:
		return true
	}
	_, ok = w.token()
	return ok
}
