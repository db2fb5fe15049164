package predict

import (
	"net/url"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Endpoint is one operation that takes a body, or parameters alone. Those that Choose returns
// know their schema and parameters; those in an API's list are names only.
type Endpoint struct {
	Method      string   `json:"method"` // POST or PUT
	Path        string   `json:"path"`   // as the document has it, "/models/{name}/predict"
	Summary     string   `json:"summary,omitempty"`
	OperationID string   `json:"operation_id,omitempty"`
	MediaType   string   `json:"media_type"`         // application/json, or one that ends in +json
	Protocol    string   `json:"protocol,omitempty"` // see Protocol; empty: only the user says that it is there
	Params      []Param  `json:"params,omitempty"`   // what has to be filled besides the body
	Notes       []string `json:"notes,omitempty"`    // what cannot be checked here, and why

	doc      *document
	item     string // pointer to the path item
	media    string // pointer to the media type: schema, example, examples
	encoding encoding
	schema   *jsonschema.Schema // nil: bodies are not checked, Notes say why
}

// String names it as logs do: "POST /predict".
func (e Endpoint) String() string { return e.Method + " " + e.Path }

// words that name predictions, best first.
var words = []string{"predict", "infer", "score", "invocations"}

// rank orders by word; within one word "/predict" comes before
// "/models/{name}/predict", whose parameters are a guess, and "/predict_batch"
// before "/predict/explain".
func (e Endpoint) rank() int {
	path := strings.ToLower(e.Path)
	last := path[strings.LastIndexAny(path, "/:")+1:]
	place := 0
	if strings.Contains(path, "{") {
		place = 3
	}
	for i, word := range words {
		switch {
		case last == word:
			return 6*i + place
		case strings.Contains(last, word):
			return 6*i + place + 1
		case strings.Contains(path, word):
			return 6*i + place + 2
		}
	}
	for i, word := range words {
		if strings.Contains(strings.ToLower(e.OperationID+" "+e.Summary), word) {
			return 6*len(words) + i
		}
	}
	return unranked
}

// unranked is the rank of what is not called a prediction.
var unranked = 7 * len(words)

// unlisted is an endpoint that only the user knows of.
func unlisted(method, path, why string) Endpoint {
	if method == "" {
		method = "POST"
	}
	return Endpoint{
		Method: strings.ToUpper(method), Path: path, MediaType: "application/json",
		Notes: []string{"bodies are not checked: " + why},
	}
}

// prepared has the schema compiled and the parameters filled.
func (e Endpoint) prepared() Endpoint {
	e.Notes = slices.Clip(e.Notes)
	_, media := e.doc.resolve("", lookup(e.doc.root, e.media))
	switch {
	case !e.JSON():
	case media.has("schema"):
		var unchecked []string
		var err error
		if e.schema, unchecked, err = e.doc.compile(child(e.media, "schema")); err != nil {
			e.Notes = append(e.Notes, "bodies are not checked: "+err.Error())
		}
		for _, pattern := range unchecked {
			e.Notes = append(e.Notes, "not checked, for it needs another kind of regular expression: pattern "+pattern)
		}
	default:
		e.Notes = append(e.Notes, "bodies are not checked: the document has no schema for them")
	}
	for _, at := range []string{child(e.item, "parameters"), child(e.item, strings.ToLower(e.Method), "parameters")} {
		for _, p := range e.doc.params(at) { // the operation's override the path's
			e.Params = slices.DeleteFunc(e.Params, func(q Param) bool { return q.Name == p.Name && q.In == p.In })
			e.Params = append(e.Params, p)
		}
	}
	return e
}

// match finds the values of path parameters in a path that fits the template.
func (e Endpoint) match(path string) (map[string]string, bool) {
	template, given := strings.Split(e.Path, "/"), strings.Split(path, "/")
	if len(template) != len(given) {
		return nil, false
	}
	values := map[string]string{}
	for i, segment := range template {
		open, end := strings.IndexByte(segment, '{'), strings.IndexByte(segment, '}')
		if open < 0 || end < open {
			if segment != given[i] {
				return nil, false
			}
			continue
		}
		// A parameter may be a part: "/models/{name}:predict".
		value, before := strings.CutPrefix(given[i], segment[:open])
		value, after := strings.CutSuffix(value, segment[end+1:])
		if !before || !after || value == "" {
			return nil, false
		}
		if unescaped, err := url.PathUnescape(value); err == nil {
			value = unescaped
		}
		values[segment[open+1:end]] = value
	}
	return values, true
}

// bind fills path parameters from a path that fits the template.
func (e Endpoint) bind(path string) (Endpoint, bool) {
	values, ok := e.match(path)
	if !ok {
		return e, false
	}
	e = e.prepared()
	for i, p := range e.Params {
		if value, ok := values[p.Name]; ok && p.In == "path" {
			e.Params[i].Value, e.Params[i].Origin = value, OriginGiven
			delete(values, p.Name)
		}
	}
	return e, len(values) == 0 // else the document describes another path
}

// URL is where to send, with parameters filled in. base is scheme, host and
// port of the service.
func (e Endpoint) URL(base string) string {
	path, query := e.Path, url.Values{}
	for _, p := range e.Params {
		if p.Origin == "" {
			continue
		}
		switch p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", p.inPath())
		case "query":
			for _, value := range p.sent() {
				query.Add(p.Name, value)
			}
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return strings.TrimSuffix(base, "/") + path
}

// Checked reports whether Validate knows a schema; Notes say why it does not.
func (e Endpoint) Checked() bool { return e.schema != nil }
