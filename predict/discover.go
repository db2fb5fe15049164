package predict

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"berth/stack"
)

// Limits on what a service may send of itself.
const (
	maxDocument     = 16 << 20 // bytes of a document
	maxMetadata     = 1 << 20  // bytes of any other answer
	maxModels       = 16       // whose metadata are read
	discoverTimeout = 10 * time.Second
	probeTimeout    = 3 * time.Second // of those that are asked at once: one that hangs must not cost the others
)

// Why there is no API to speak of; each comes inside a *stack.Problem.
var (
	ErrNoDocument = errors.New("the service publishes no OpenAPI document, and no model server's protocol was recognised")
	ErrTooLarge   = fmt.Errorf("the document is larger than %d MB", maxDocument>>20)
)

// Hints are what is known of a service besides what it publishes.
type Hints struct {
	// Path is the endpoint that the user names, "/v2/models/churn/infer" or
	// "POST /score". With it a service need not be recognised: the API has no
	// endpoints then, and Choose takes the user's word.
	Path string
	// Models are names that the container's environment or command gives: some
	// servers describe a model only to who knows its name.
	Models []string
	// Follow are the other hosts that redirects may lead to.
	Follow []string
}

// Discover finds out what the service at base (scheme, host and port) speaks:
// an OpenAPI document, as FastAPI, Cog, Litestar and BentoML publish it, or
// where the page /docs says; else a model server's protocol, whose metadata are
// read (see protocols). It sends GET requests only, one to a service with a
// document that predicts and otherwise about ten, and gives up after 10 seconds.
// The error is a *stack.Problem; errors.Is finds ErrNoDocument and ErrTooLarge
// in it.
func Discover(ctx context.Context, c *http.Client, base string, h Hints) (*API, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, discoverTimeout,
		fmt.Errorf("no complete answer within %v", discoverTimeout))
	defer cancel()
	s := &search{ctx: ctx, client: sameHost(c, h.Follow), base: strings.TrimSuffix(base, "/"), hints: h}
	const usual = "/openapi.json"
	first, err := s.get(usual)
	if err != nil {
		return nil, s.problem(s.base+usual, err)
	}
	a, broken := s.read(usual, first)
	if a != nil && a.settles(h.Path) {
		return a, nil
	}
	got := s.getAll(s.probes())
	if a == nil && broken == nil {
		if a, broken = s.elsewhere(got); a != nil && a.settles(h.Path) {
			return a, nil
		}
	}
	spoken := s.recognise(got, a)
	switch {
	case ctx.Err() != nil:
		return nil, s.problem(s.base, ctx.Err())
	case len(spoken.Protocols) > 0:
		return spoken.with(a), nil
	case a != nil:
		return a, nil
	case broken == nil:
		broken = s.problem(s.base, ErrNoDocument)
	}
	if h.Path != "" {
		why := broken
		if p, ok := errors.AsType[*stack.Problem](broken); ok {
			why = p.Err
		}
		return &API{Source: s.base, why: why.Error()}, nil
	}
	return nil, broken
}

// read makes an API of the document at path; nil when there is none. What
// cannot be read is a *stack.Problem.
func (s *search) read(path string, got answer) (*API, error) {
	if got.err != nil {
		return nil, s.problem(s.base+path, got.err)
	}
	if got.status != http.StatusOK || got.page {
		return nil, nil
	}
	a, err := read(got.text)
	if err != nil {
		return nil, s.problem(s.base+path, err)
	}
	a.Source = s.base + path
	a.Protocols = []Protocol{{Name: OpenAPI, By: fmt.Sprintf("GET %s, version %s", path, a.OpenAPI)}}
	return a, nil
}

// elsewhere reads the document where BentoML has it, or where the page that
// shows it to people says.
func (s *search) elsewhere(got map[string]answer) (*API, error) {
	if got["/docs.json"].err == nil {
		if a, err := s.read("/docs.json", got["/docs.json"]); a != nil || err != nil {
			return a, err
		}
	}
	path := s.fromDocs(got["/docs"].text)
	if path == "" {
		return nil, nil
	}
	named, err := s.get(path)
	if err != nil {
		return nil, s.problem(s.base+path, err)
	}
	return s.read(path, named)
}

// docsURL is how Swagger UI and Redoc are told where the document is.
var docsURL = regexp.MustCompile(`(?:url:\s*|spec-url=)["']([^"']+)["']`)

// fromDocs is the document's path in the page that shows it.
func (s *search) fromDocs(page []byte) string {
	found := docsURL.FindSubmatch(page)
	if found == nil {
		return ""
	}
	base, err := url.Parse(s.base + "/docs")
	if err != nil {
		return ""
	}
	u, err := base.Parse(string(found[1]))
	if err != nil || u.Host != base.Host {
		return "" // another host's document says nothing of this service
	}
	return u.RequestURI()
}

// settles reports whether nothing else need be asked: the document has an
// endpoint that predicts, or the one that is named, and is not a model server's,
// whose metadata say more than its document.
func (a *API) settles(path string) bool {
	if path != "" {
		return a.Describes(path)
	}
	modelServer := func(e Endpoint) bool {
		return slices.ContainsFunc([]string{"/v2/models/", "/v1/models/", "/v1/chat/completions", "/v1/embeddings"}, func(known string) bool {
			return strings.Contains(e.Path, known)
		})
	}
	return len(a.Endpoints) > 0 && a.Endpoints[0].rank() < unranked && !slices.ContainsFunc(a.Endpoints, modelServer)
}

// with has the document's endpoints after the protocols' own, except for those
// that are the same.
func (a *API) with(document *API) *API {
	if document == nil {
		return a
	}
	a.OpenAPI, a.Title, a.Version = document.OpenAPI, document.Title, document.Version
	a.Protocols = append(a.Protocols, document.Protocols...)
	own := a.Endpoints
	for _, e := range document.Endpoints {
		same := func(o Endpoint) bool { _, fits := e.match(o.Path); return fits && e.Method == o.Method }
		if !slices.ContainsFunc(own, same) {
			a.Endpoints = append(a.Endpoints, e)
		}
	}
	a.Skipped = append(a.Skipped, document.Skipped...)
	a.unasked = document.unasked
	return a
}
