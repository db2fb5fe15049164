package predict

import (
	"bytes"
	"encoding/json"
	"errors"
	"mime"
	"strings"

	"berth/stack"
)

// FirstBody is what to start from: last (the user's own last body) if it still
// is what the endpoint takes, or else one made from examples, defaults and the
// schema, with an origin that names the weakest of these. Whether a last body
// still fits is for Validate to say. When no body fits the schema, the nearest is
// returned with a *stack.Problem.
func (e Endpoint) FirstBody(last []byte) (body []byte, origin string, err error) {
	if json.Valid(last) || len(last) > 0 && !e.JSON() {
		return last, OriginLast, nil
	}
	v, ok := made{&object{}, generated}, true
	if e.doc != nil && e.encoding != asNone {
		_, media := e.doc.resolve("", lookup(e.doc.root, e.media))
		if e.encoding == asRaw {
			return e.firstRaw(media), OriginGenerated, nil
		}
		v, ok = e.made(newMaker(e.doc), media)
	}
	if e.encoding == asNone {
		return nil, OriginGenerated, nil
	}
	body = Pretty(encode(v.value))
	if !ok {
		err = e.unmade(body)
	}
	return body, v.source.String(), err
}

// unmade is the error of a body that does not fit.
func (e Endpoint) unmade(body []byte) error {
	problem := &stack.Problem{
		What: "making up a body for " + e.String(),
		Err:  errors.New("none was found that fits its schema"),
		Hint: "edit this one",
	}
	for _, f := range e.ValidateBody(body) {
		problem.Lines = append(problem.Lines, f.String())
	}
	return problem
}

// Body is a body of an extent, made of examples, defaults and the schema. What
// does not fit is told as by FirstBody.
func (e Endpoint) Body(x Extent) ([]byte, error) {
	if x == UsualFields || e.doc == nil || e.schema == nil {
		body, _, err := e.FirstBody(nil)
		return body, err
	}
	_, media := e.doc.resolve("", lookup(e.doc.root, e.media))
	m := newMaker(e.doc)
	m.extent = x
	v, ok := e.made(m, media)
	body := Pretty(encode(v.value))
	if !ok {
		return body, e.unmade(body)
	}
	return body, nil
}

// made is a body that the maker makes; files are named in it, not contained.
func (e Endpoint) made(m *maker, media *object) (made, bool) {
	v, ok := m.first(media, e.schema)
	if e.encoding == asMultipart {
		schema, _ := media.get("schema").(*object)
		v.value = e.doc.placeholders(v.value, schema)
	}
	return v, ok
}

// Pretty indents JSON by two spaces. The order of members and the writing of
// numbers and strings stay; what is not JSON is returned as it is.
func Pretty(body []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, bytes.TrimSpace(body), "", "  ") != nil {
		return body
	}
	return b.Bytes()
}

// isJSON tells media types whose bodies are JSON, wildcards included.
func isJSON(mediaType string) bool {
	t, _, err := mime.ParseMediaType(mediaType)
	if err != nil {
		t = strings.ToLower(strings.TrimSpace(mediaType))
	}
	return t == "application/json" || strings.HasSuffix(t, "+json") || t == "*/*" || t == "application/*"
}
