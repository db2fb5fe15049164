package predict

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"berth/stack"
)

// API is what a service says of itself.
type API struct {
	Title   string `json:"title,omitempty"`
	Version string `json:"version,omitempty"`
	OpenAPI string `json:"openapi,omitempty"` // version of the document's format, "3.1.0"
	Source  string `json:"source"`            // URL the document or the metadata were read from
	// Protocols are those that were recognised, the one of the first endpoint
	// first. None: the service is taken by the user's word.
	Protocols []Protocol `json:"protocols"`
	// Endpoints take a JSON body, the best guess for a prediction first.
	Endpoints []Endpoint `json:"endpoints"`
	Skipped   []string   `json:"skipped,omitempty"` // other POST and PUT operations, each with the reason
	Hint      string     `json:"hint,omitempty"`    // where there is no endpoint: how to come by one

	why     string     // nothing was recognised
	unasked []Endpoint // that no POST or PUT goes to
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
	a.unasked = d.unasked()
	return a, nil
}

// Choose gives the endpoint for a path, ready to use: a template as in the
// document, or a path that fits one ("/models/churn/predict" fills {name}),
// with or without the method in front. The empty path gives the best guess. An
// endpoint that is not described is taken by the user's word when the method is
// in front or nothing else is there; its Notes say so. The error wraps
// stack.ErrUsage when there are others, and lists them.
func (a *API) Choose(path string) (Endpoint, error) {
	problem := &stack.Problem{What: "choosing where to predict", Where: a.Source}
	if path == "" {
		if len(a.Endpoints) > 0 {
			return a.Endpoints[0].prepared(), nil
		}
		problem.Err = errors.New("no operation takes a JSON body")
		problem.Lines, problem.Hint = a.Skipped, cmp.Or(a.Hint, "--path 'POST /predict' names one that is not described")
		return Endpoint{}, problem
	}
	if e, ok := a.find(path); ok {
		return e, nil
	}
	method, bare := cutMethod(path)
	if strings.HasPrefix(bare, "/") && (len(a.Endpoints) == 0 || slices.Contains(asked, strings.ToUpper(method))) {
		return unlisted(method, bare, cmp.Or(a.why, "what the service publishes does not have this endpoint")), nil
	}
	for _, e := range a.Endpoints {
		problem.Lines = append(problem.Lines, e.String())
	}
	problem.What, problem.Err = "no operation "+path+" takes a JSON body", stack.ErrUsage
	problem.Hint = a.instead(method, bare)
	return Endpoint{}, problem
}

// asked are the methods that send a body.
var asked = []string{"POST", "PUT"}

// instead says what to name in place of an operation that is not there.
func (a *API) instead(method, path string) string {
	var hints []string
	if len(a.Endpoints) > 0 {
		hints = append(hints, "try "+a.Endpoints[0].String())
	}
	if method != "" && !slices.Contains(asked, strings.ToUpper(method)) || slices.ContainsFunc(a.unasked, func(e Endpoint) bool { _, ok := e.match(path); return ok }) {
		return strings.Join(append([]string{"only POST and PUT are asked"}, hints...), "; ")
	}
	return strings.Join(append(hints, "--path 'POST "+path+"' sends there all the same"), ", or ")
}

// Describes reports whether Choose knows the path by more than the user's word.
func (a *API) Describes(path string) bool {
	_, ok := a.find(path)
	return ok
}

// find is the described endpoint for a path.
func (a *API) find(path string) (Endpoint, bool) {
	method, path := cutMethod(path)
	right := func(e Endpoint) bool { return method == "" || strings.EqualFold(e.Method, method) }
	for _, e := range a.Endpoints {
		if e.Path == path && right(e) {
			return e.prepared(), true
		}
	}
	for _, e := range a.Endpoints {
		if !right(e) {
			continue
		}
		if e, ok := e.bind(path); ok {
			return e, true
		}
	}
	return Endpoint{}, false
}

// cutMethod splits "POST /predict"; without a method it is empty.
func cutMethod(path string) (method, rest string) {
	before, after, found := strings.Cut(path, " ")
	if !found || strings.HasPrefix(path, "/") {
		return "", path
	}
	return before, strings.TrimSpace(after)
}
