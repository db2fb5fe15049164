package predict

import (
	"errors"
	"strings"

	"berth/stack"
)

// API is what a service says of itself.
type API struct {
	Title   string `json:"title,omitempty"`
	Version string `json:"version,omitempty"`
	OpenAPI string `json:"openapi"` // version of the document's format, "3.1.0"
	Source  string `json:"source"`  // URL the document was read from
	// Endpoints take a JSON body, the best guess for a prediction first.
	Endpoints []Endpoint `json:"endpoints"`
	Skipped   []string   `json:"skipped,omitempty"` // other POST and PUT operations, each with the reason
}

func read(text []byte) (*API, error) {
	d, err := parse(text)
	if err != nil {
		return nil, err
	}
	a := &API{}
	a.OpenAPI, _ = d.root.get("openapi").(string)
	info, _ := d.root.get("info").(*object)
	a.Title, _ = info.get("title").(string)
	a.Version, _ = info.get("version").(string)
	a.Endpoints, a.Skipped = d.endpoints()
	return a, nil
}

// Choose gives the endpoint for a path, ready to use: a template as in the
// document, or a path that fits one ("/models/churn/predict" fills {name}),
// with or without the method in front. The empty path gives the best guess. The
// error wraps stack.ErrUsage when there are others, and lists them.
func (a *API) Choose(path string) (Endpoint, error) {
	problem := &stack.Problem{What: "choosing where to predict", Where: a.Source}
	if len(a.Endpoints) == 0 {
		problem.Err = errors.New("no operation takes a JSON body")
		problem.Lines = a.Skipped
		return Endpoint{}, problem
	}
	if path == "" {
		return a.Endpoints[0].prepared(), nil
	}
	method, rest, named := strings.Cut(path, " ")
	if named = named && !strings.HasPrefix(path, "/"); named {
		path = strings.TrimSpace(rest)
	}
	for _, e := range a.Endpoints {
		if e.Path == path && (!named || strings.EqualFold(e.Method, method)) {
			return e.prepared(), nil
		}
	}
	for _, e := range a.Endpoints {
		if named && !strings.EqualFold(e.Method, method) {
			continue
		}
		if e, ok := e.bind(path); ok {
			return e, nil
		}
	}
	for _, e := range a.Endpoints {
		problem.Lines = append(problem.Lines, e.String())
	}
	problem.What, problem.Err = "no operation "+path+" takes a JSON body", stack.ErrUsage
	problem.Hint = "try " + problem.Lines[0]
	return Endpoint{}, problem
}
