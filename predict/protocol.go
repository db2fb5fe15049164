package predict

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"berth/stack"
)

// The protocols that are recognised, by the names that people know them by.
const (
	OpenAPI           = "OpenAPI"
	OpenInference     = "Open Inference V2" // KServe, Triton, MLServer
	TensorFlowServing = "TensorFlow Serving"
	KServeV1          = "KServe V1"
	OpenAIStyle       = "OpenAI"
	MLflow            = "MLflow"
)

// Protocol is one that a service speaks, and what told so.
type Protocol struct {
	Name string `json:"name"`
	By   string `json:"by"` // "GET /v2: triton 2.51.0"
}

// protocols are the model servers' own, each with a document that is written
// here from the metadata that the server publishes: bodies, checks and what is
// wrong with a field come from it as from any other.
var protocols = []func(s *search, got map[string]answer, document *API) (Protocol, *written){
	openInference, tensorFlowServing, openAIStyle, mlflow,
}

// probes are the paths that tell the protocols, and where else documents are.
func (s *search) probes() []string {
	paths := []string{"/docs.json", "/docs", "/v2", "/v2/models", "/v1/models", "/ping", "/version"}
	for _, name := range s.names("/v1/models/") {
		paths = append(paths, signaturesOf(name))
	}
	return paths
}

// recognise tries each protocol on the answers.
func (s *search) recognise(got map[string]answer, document *API) *API {
	a := &API{}
	for _, protocol := range protocols {
		spoken, w := protocol(s, got, document)
		if w == nil || s.ctx.Err() != nil {
			continue
		}
		a.Protocols = append(a.Protocols, spoken)
		if a.Source == "" {
			path, _, _ := strings.Cut(strings.TrimPrefix(spoken.By, "GET "), ":")
			a.Source = s.base + path
		}
		d := newDocument(w.root())
		d.ours = true
		list, _ := d.endpoints()
		for _, e := range list {
			e.Protocol = spoken.Name
			e.Notes = w.notes[e.Path]
			a.Endpoints = append(a.Endpoints, e)
		}
		a.Skipped = append(a.Skipped, w.skipped...)
		a.Hint = cmp.Or(a.Hint, w.hint)
	}
	return a
}

// written is a document in the making.
type written struct {
	paths   *object
	skipped []string            // what is there and cannot be asked, each with the reason
	notes   map[string][]string // by path: what the metadata leave open
	hint    string              // when no endpoint is known: how to come by one
}

func newWritten() *written { return &written{paths: &object{}, notes: map[string][]string{}} }

// post adds an operation. The path has model names in it, which are escaped: it
// is no template.
func (w *written) post(path, summary string, schema *object, notes ...string) {
	content := members("application/json", members("schema", schema))
	w.paths.set(path, members("post", members("summary", summary, "requestBody", members("content", content))))
	w.notes[path] = notes
}

func (w *written) root() *object { return members("openapi", "3.1.0", "paths", w.paths) }

// more counts models beyond those that are asked for.
func (w *written) more(names []string) []string {
	if n := len(names) - maxModels; n > 0 {
		w.skipped = append(w.skipped, stack.Count(n, "more model")+", whose metadata were not read: --path names one")
		return names[:maxModels]
	}
	return names
}

// names are those of the models that the user's path, which begins with prefix,
// and the container give, in this order, each once.
func (s *search) names(prefix string) []string {
	var names []string
	_, path := cutMethod(s.hints.Path)
	if rest, ok := strings.CutPrefix(path, prefix); ok {
		name, err := url.PathUnescape(rest[:indexAny(rest, "/:")])
		if err == nil && name != "" {
			names = append(names, name)
		}
	}
	for _, name := range s.hints.Models[:min(len(s.hints.Models), 4)] {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// indexAny is where the first of chars is, or the end.
func indexAny(s, chars string) int {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return i
	}
	return len(s)
}

// listed are the names in a list that an answer has.
func (a answer) listed(member, name string) (names []string) {
	if a.status != http.StatusOK {
		return nil
	}
	list, _ := a.json().get(member).([]any)
	for _, x := range list {
		if o, ok := x.(*object); ok && name != "" {
			x = o.get(name)
		}
		if s, ok := x.(string); ok && s != "" && !slices.Contains(names, s) {
			names = append(names, s)
		}
	}
	return names
}
