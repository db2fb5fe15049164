package predict

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// object is a JSON object in its declared order, which people recognise their
// fields by and a Go map forgets. A JSON value is nil, bool, string,
// json.Number, []any or *object.
type object struct {
	names  []string
	values map[string]any
}

func (o *object) get(name string) any {
	if o == nil {
		return nil
	}
	return o.values[name]
}

func (o *object) keys() []string {
	if o == nil {
		return nil
	}
	return o.names
}

func (o *object) has(name string) bool {
	if o == nil {
		return false
	}
	_, ok := o.values[name]
	return ok
}

func (o *object) set(name string, v any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, ok := o.values[name]; !ok {
		o.names = append(o.names, name)
	}
	o.values[name] = v
}

func (o *object) remove(name string) {
	delete(o.values, name)
	o.names = slices.DeleteFunc(o.names, func(n string) bool { return n == name })
}

// members makes an object of names and values in turn; whole numbers and lists
// of strings may be Go's.
func members(pairs ...any) *object {
	o := &object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v := pairs[i+1]
		switch x := v.(type) {
		case int:
			v = json.Number(strconv.Itoa(x))
		case []string:
			v = values(x, func(s string) any { return s })
		}
		o.set(pairs[i].(string), v)
	}
	return o
}

// values is a JSON list made of another.
func values[T any](list []T, of func(T) any) []any {
	all := make([]any, len(list))
	for i, x := range list {
		all[i] = of(x)
	}
	return all
}

// encode writes a JSON value on one line, members in order.
func encode(v any) []byte { return appendValue(nil, v) }

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	case json.Number:
		return append(b, v...)
	case string:
		return appendString(b, v)
	case []any:
		b = append(b, '[')
		for i, x := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendValue(b, x)
		}
		return append(b, ']')
	case *object:
		b = append(b, '{')
		for i, name := range v.names {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, name), ':')
			b = appendValue(b, v.values[name])
		}
		return append(b, '}')
	}
	panic(fmt.Sprintf("predict: %T is no JSON value", v))
}

// appendString quotes as a person would: without the escapes meant for HTML.
func appendString(b []byte, s string) []byte {
	w := bytes.NewBuffer(b)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string in memory always encodes
	}
	return bytes.TrimSuffix(w.Bytes(), []byte("\n"))
}

// decode reads one JSON value. Its errors are *SyntaxError.
func decode(text []byte) (any, error) {
	if err := checkSyntax(text); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	v, err := decodeValue(d)
	if err != nil {
		return nil, syntaxErrorAt(text, d.InputOffset(), err)
	}
	return v, nil
}

func decodeValue(d *json.Decoder) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '{' {
			return decodeObject(d)
		}
		list := []any{}
		for d.More() {
			v, err := decodeValue(d)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	case json.Number:
		if err := checkNumber(t.String()); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// checkNumber refuses what no float64 comes near: schemas are checked with exact
// fractions, whose work grows with the digits, written out or by exponent.
func checkNumber(s string) error {
	const most = 400 // digits; the largest float64 has 309
	exponent := 0
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		var err error
		if exponent, err = strconv.Atoi(s[i+1:]); err != nil {
			exponent = most + 1
		}
	}
	if len(s) > most || max(exponent, -exponent) > most {
		return errors.New("the number is out of range")
	}
	return nil
}

func decodeObject(d *json.Decoder) (any, error) {
	o := &object{values: map[string]any{}}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		o.set(name.(string), v)
	}
	_, err := d.Token()
	return o, err
}

// plain is v as encoding/json would decode it into an any with UseNumber: what
// the schema compiler and its validators take.
func plain(v any) any {
	switch v := v.(type) {
	case *object:
		m := make(map[string]any, len(v.names))
		for name, x := range v.values {
			m[name] = plain(x)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, x := range v {
			list[i] = plain(x)
		}
		return list
	}
	return v
}

// lookup follows a JSON pointer (RFC 6901); nil when there is nothing.
func lookup(v any, pointer string) any {
	if pointer == "" {
		return v
	}
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = unescapeToken.Replace(token)
		switch x := v.(type) {
		case *object:
			v = x.get(token)
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(x) {
				return nil
			}
			v = x[i]
		default:
			return nil
		}
	}
	return v
}

var (
	escapeToken   = strings.NewReplacer("~", "~0", "/", "~1")
	unescapeToken = strings.NewReplacer("~1", "/", "~0", "~")
)
