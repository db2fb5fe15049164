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

// Door is a published port of a service behind which an OpenAPI document was
// found: where test predictions go.
type Door struct {
	Ref  stack.Ref    `json:"ref"`
	Base string       `json:"base"` // http://127.0.0.1:8000
	API  *predict.API `json:"api"`
	// The container that answers, and its image, so that answers can be
	// compared and another container's document is read anew.
	ContainerID string    `json:"container_id"`
	StartedAt   time.Time `json:"started_at"`
	ImageID     string    `json:"image_id"`
}

// Knock looks for an OpenAPI document behind the service's published ports,
// the one its health check names first.
func (s Stack) Knock(ctx context.Context, client *http.Client, r stack.Ref) (Door, error) {
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
	var errs []error
	for _, base := range bases {
		api, err := predict.Discover(ctx, client, base)
		if err == nil {
			return Door{Ref: r, Base: base, API: api, ContainerID: d.ContainerID, StartedAt: d.StartedAt, ImageID: d.ImageID}, nil
		}
		errs = append(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	if len(errs) == 1 {
		return Door{}, errs[0]
	}
	return Door{}, errors.Join(errs...)
}

// FindDoor knocks at every service of the project that publishes a port and
// runs, and takes the first that has an endpoint to predict with.
func (s Stack) FindDoor(ctx context.Context, client *http.Client) (Door, error) {
	p, err := s.Load(ctx)
	if err != nil {
		return Door{}, err
	}
	rows, err := s.rowsOf(ctx, p, nil)
	if err != nil {
		return Door{}, err
	}
	var stopped []string
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
		door, err := s.Knock(ctx, client, rows[i].Ref)
		if err == nil && len(door.API.Endpoints) > 0 {
			return door, nil
		}
		if err == nil {
			err = &stack.Problem{What: name + " has an OpenAPI document, but no endpoint that takes a JSON body", Where: door.Base}
		}
		if ctx.Err() != nil {
			return Door{}, err
		}
		errs = append(errs, err)
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
