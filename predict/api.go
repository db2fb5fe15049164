package predict

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"berth/stack"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// API is what a service says of itself.
type API struct {
	Title   string
	Version string
	OpenAPI string // version of the document's format, "3.1.0"
	Source  string // URL the document was read from
	// Endpoints take a JSON body, the best guess for a prediction first.
	Endpoints []Endpoint
	Skipped   []string // other POST and PUT operations, each with the reason
	Notes     []string // what in the document is not understood
}

// Endpoint is one operation that takes a JSON body.
type Endpoint struct {
	Method      string // POST or PUT
	Path        string // as the document has it, "/models/{name}/predict"
	Summary     string
	OperationID string
	MediaType   string  // application/json, or one that ends in +json
	Params      []Param // what has to be filled besides the body
	Notes       []string

	doc    *document
	media  *object            // the media type object: schema, example, examples
	schema *jsonschema.Schema // nil: bodies are not checked, Notes say why
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
	return 7 * len(words)
}

// Choose gives the endpoint for a path: a template as in the document, or a
// path that fits one ("/models/churn/predict" fills {name}), with or without
// the method in front. The empty path gives the best guess. The error wraps
// stack.ErrUsage and says which paths there are.
func (a *API) Choose(path string) (Endpoint, error) {
	problem := &stack.Problem{What: "choosing where to predict", Where: a.Source, Err: stack.ErrUsage}
	if len(a.Endpoints) == 0 {
		problem.Err = errors.New("no operation takes a JSON body")
		problem.Lines = a.Skipped
		return Endpoint{}, problem
	}
	if path == "" {
		return a.Endpoints[0], nil
	}
	method, rest, found := strings.Cut(path, " ")
	if found {
		path = strings.TrimSpace(rest)
	}
	for _, fits := range []func(Endpoint) (Endpoint, bool){
		func(e Endpoint) (Endpoint, bool) { return e, e.Path == path },
		func(e Endpoint) (Endpoint, bool) { return e.bind(path) },
	} {
		for _, e := range a.Endpoints {
			if found && !strings.EqualFold(e.Method, method) {
				continue
			}
			if e, ok := fits(e); ok {
				return e, nil
			}
		}
	}
	for _, e := range a.Endpoints {
		problem.Lines = append(problem.Lines, e.String())
	}
	problem.Err = fmt.Errorf("%w: no operation %s takes a JSON body", stack.ErrUsage, path)
	problem.Hint = "try " + problem.Lines[0]
	return Endpoint{}, problem
}

// bind fills path parameters from a path that fits the template.
func (e Endpoint) bind(path string) (Endpoint, bool) {
	template, given := strings.Split(e.Path, "/"), strings.Split(path, "/")
	if len(template) != len(given) {
		return e, false
	}
	params := slices.Clone(e.Params)
	for i, segment := range template {
		open, end := strings.IndexByte(segment, '{'), strings.IndexByte(segment, '}')
		if open < 0 || end < open {
			if segment != given[i] {
				return e, false
			}
			continue
		}
		// A parameter may be a part: "/models/{name}:predict".
		value, before := strings.CutPrefix(given[i], segment[:open])
		value, after := strings.CutSuffix(value, segment[end+1:])
		if !before || !after || value == "" {
			return e, false
		}
		if unescaped, err := url.PathUnescape(value); err == nil {
			value = unescaped
		}
		at := slices.IndexFunc(params, func(p Param) bool { return p.In == "path" && p.Name == segment[open+1:end] })
		if at < 0 {
			return e, false
		}
		params[at].Value, params[at].Origin = value, "given"
	}
	e.Params = params
	return e, true
}

// URL is where to send, with parameters filled in. base is scheme, host and
// port of the service.
func (e Endpoint) URL(base string) string {
	path, query := e.Path, url.Values{}
	for _, p := range e.Params {
		switch p.In {
		case "path":
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(p.Value))
		case "query":
			query.Set(p.Name, p.Value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return strings.TrimSuffix(base, "/") + path
}
