package workflow

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"berth/predict"
	"berth/stack"
)

// Door is a published port of a service behind which something was recognised
// that predicts, or is said to be by the user: where test predictions go.
type Door struct {
	Ref  stack.Ref    `json:"ref"`
	Base string       `json:"base"` // http://127.0.0.1:8000
	API  *predict.API `json:"api"`
	// The container that answers, and its image, so that answers can be
	// compared and another container's document is read anew.
	ContainerID string    `json:"container_id"`
	StartedAt   time.Time `json:"started_at"`
	ImageID     string    `json:"image_id"`
	Model       Model     `json:"model,omitzero"`
}

// Knock finds out what the service speaks behind its published ports, the lowest
// container port first. The hints are the user's; names of models that the
// container gives are added.
func (s Stack) Knock(ctx context.Context, client *http.Client, r stack.Ref, h predict.Hints) (Door, error) {
	d, err := s.Engine.Inspect(ctx, r)
	if err != nil {
		return Door{}, err
	}
	if !d.Up() {
		return Door{}, &stack.Problem{What: r.String() + " is not running", Where: "service " + r.Service, Hint: "`berth up` starts it"}
	}
	bases := publishedBases(d, s.PublishHost)
	if len(bases) == 0 {
		return Door{}, noPort(r)
	}
	return s.behind(ctx, client, d, bases, h)
}

// behind finds out what a container speaks.
func (s Stack) behind(ctx context.Context, client *http.Client, d stack.Detail, bases []string, h predict.Hints) (Door, error) {
	h.Models = append(slices.Clone(h.Models), modelNames(d)...)
	door := Door{Ref: d.Ref, ContainerID: d.ContainerID, StartedAt: d.StartedAt, ImageID: d.ImageID, Model: s.model(d)}
	var errs []error
	for _, base := range bases {
		api, err := predict.Discover(ctx, client, base, h)
		switch {
		case err != nil:
			errs = append(errs, err)
		case len(api.Protocols) > 0:
			door.Base, door.API = base, api
			return door, nil
		case door.API == nil: // only the user's word
			door.Base, door.API = base, api
		}
		if ctx.Err() != nil {
			break
		}
	}
	if door.API != nil {
		return door, nil
	}
	if len(errs) == 1 {
		return Door{}, errs[0]
	}
	return Door{}, errors.Join(errs...)
}

// modelNames are the names that servers are told their models by: the
// environment of TensorFlow Serving, KServe and MLServer, and the flags of these,
// Triton's too.
func modelNames(d stack.Detail) []string {
	var names []string
	add := func(name string) {
		if name != "" && !strings.ContainsAny(name, "$* ") && !slices.Contains(names, name) { // the shell's, patterns
			names = append(names, name)
		}
	}
	for _, variable := range []string{"MODEL_NAME", "MLSERVER_MODEL_NAME"} {
		add(d.Env[variable])
	}
	words := strings.Fields(strings.Join(slices.Concat(d.Entrypoint, d.Command), " "))
	for i, word := range words {
		flag, value, given := strings.Cut(strings.TrimLeft(word, "-"), "=")
		if !slices.Contains([]string{"model_name", "model-name", "load-model"}, flag) || !strings.HasPrefix(word, "-") {
			continue
		}
		if !given && i+1 < len(words) {
			value = words[i+1]
		}
		add(strings.Trim(value, `"'`))
	}
	return names
}

// FindDoor knocks at every service of the project that publishes a port and
// runs, and takes the first that has an endpoint to predict with, the one that is
// named if one is. An endpoint that only the user knows of is taken where one
// service alone may have it.
func (s Stack) FindDoor(ctx context.Context, client *http.Client, h predict.Hints) (Door, error) {
	p, err := s.Load(ctx)
	if err != nil {
		return Door{}, err
	}
	rows, err := s.rowsOf(ctx, p, nil)
	if err != nil {
		return Door{}, err
	}
	var stopped []string
	var others, unknown []Door
	var errs []error
	for _, name := range p.Names() {
		config, err := p.Service(name)
		if err != nil {
			return Door{}, err
		}
		if len(config.Ports) == 0 {
			continue
		}
		i := slices.IndexFunc(rows, func(r stack.Service) bool { return r.Service == name && !r.OneOff && r.Up() })
		if i < 0 {
			stopped = append(stopped, name)
			continue
		}
		door, err := s.Knock(ctx, client, rows[i].Ref, h)
		switch {
		case err == nil && len(door.API.Endpoints) > 0 && (h.Path == "" || door.API.Describes(h.Path)):
			return door, nil
		case err == nil && len(door.API.Endpoints) > 0:
			others = append(others, door)
			continue
		case err == nil && h.Path != "":
			unknown = append(unknown, door)
			continue
		case err == nil:
			_, err = door.API.Choose("")
		}
		if ctx.Err() != nil {
			return Door{}, err
		}
		errs = append(errs, err)
	}
	if len(others) > 0 { // which say what they have instead
		return others[0], nil
	}
	if len(unknown) == 1 && len(errs)+len(stopped) == 0 { // else one that does not answer now may be meant
		return unknown[0], nil
	}
	for _, door := range unknown {
		errs = append(errs, &stack.Problem{What: door.Ref.Service + " does not describe " + h.Path, Where: door.Base, Hint: "name the service to send there all the same"})
	}
	return Door{}, noDoor(p.Name, stopped, errs)
}

// noDoor says in one line why there is nothing to predict with.
func noDoor(project string, stopped []string, errs []error) error {
	p := &stack.Problem{Where: "project " + project}
	if len(stopped) > 0 {
		p.Hint = "`berth up` starts " + strings.Join(stopped, ", ")
	}
	switch {
	case len(stopped)+len(errs) == 0:
		p.What, p.Hint = "no service publishes a port", "add ports: to the service that predicts"
	case len(errs) == 0:
		p.What = "no service that publishes a port is running"
	case len(errs) == 1 && len(stopped) == 0:
		return errs[0]
	default:
		p.What = "no running service has an API to predict with"
		for _, err := range errs {
			p.Lines = append(p.Lines, err.Error())
		}
	}
	return p
}

// PublishedBase is the URL of a service's first published TCP port.
func (s Stack) PublishedBase(ctx context.Context, r stack.Ref) (string, error) {
	d, err := s.Engine.Inspect(ctx, r)
	if err != nil {
		return "", err
	}
	bases := publishedBases(d, s.PublishHost)
	if len(bases) == 0 {
		return "", noPort(r)
	}
	return bases[0], nil
}

func noPort(r stack.Ref) error {
	return &stack.Problem{What: r.String() + " publishes no TCP port", Where: "service " + r.Service, Hint: "add one under ports: in the compose file"}
}

// publishedBases lists the URLs of the service's published TCP ports, lowest
// container port first.
func publishedBases(d stack.Detail, publishHost string) []string {
	ports := slices.Clone(d.Ports)
	slices.SortStableFunc(ports, func(a, b stack.Port) int { return cmp.Compare(a.Container, b.Container) })
	var bases []string
	for _, p := range ports {
		if p.Host == 0 || p.Protocol != "tcp" {
			continue
		}
		host := p.HostIP
		if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
			host = publishHost
		}
		base := "http://" + net.JoinHostPort(host, strconv.Itoa(int(p.Host)))
		if !slices.Contains(bases, base) { // 0.0.0.0 and :: are one
			bases = append(bases, base)
		}
	}
	return bases
}
