package predict

import (
	"encoding/json"
	"errors"
)

// Member is one of an object's, or one that is deeper in it.
type Member struct {
	Path  string // as a FieldError names it
	Value json.RawMessage
}

// Members are those of a JSON object, in its order. The error is a *SyntaxError,
// or says that it is no object.
func Members(text []byte) ([]Member, error) {
	v, err := decode(text)
	if err != nil {
		return nil, err
	}
	o, ok := v.(*object)
	if !ok {
		return nil, errors.New("this is JSON, but no object")
	}
	list := make([]Member, len(o.names))
	for i, name := range o.names {
		list[i] = Member{name, encode(o.values[name])}
	}
	return list, nil
}

// Leaves are what an answer has, as columns of a table: the members of objects
// within objects, in order. A list is one value, and so is what is no object.
func Leaves(text []byte) ([]Member, error) {
	v, err := decode(text)
	if err != nil {
		return nil, err
	}
	return leaves(nil, nil, v), nil
}

func leaves(list []Member, steps []string, v any) []Member {
	o, ok := v.(*object)
	if !ok || len(o.names) == 0 || len(steps) >= maxDepth {
		return append(list, Member{fieldPath(steps), encode(v)})
	}
	for _, name := range o.names {
		list = leaves(list, step(steps, name), o.values[name])
	}
	return list
}

// Text is a JSON value as it stands in a table: strings without quotes, null as
// nothing.
func (m Member) Text() string {
	v, err := decode(m.Value)
	switch v := v.(type) {
	case string:
		return v
	case nil:
		if err == nil {
			return ""
		}
	}
	return string(m.Value)
}
