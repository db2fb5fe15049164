package compose

import (
	"errors"
	"strings"
	"testing"

	"berth/stack"
)

func TestServicesInOrder(t *testing.T) {
	p := project(t, tiers, Options{})
	for _, test := range []struct {
		names []string
		deps  bool
		want  string
	}{
		{nil, false, "db mail migrate sidecar web"},
		{[]string{"web", "db"}, false, "db web"},
		{[]string{"web"}, true, "db mail migrate web"},
		{[]string{"migrate"}, true, "db migrate"},
	} {
		got, err := p.Select(test.names, test.deps)
		if err != nil || strings.Join(got, " ") != test.want {
			t.Errorf("Select(%v, %t) = %v, %v; want %s", test.names, test.deps, got, err, test.want)
		}
	}
}

func TestUnknownServices(t *testing.T) {
	p := project(t, tiers, Options{})
	for name, want := range map[string]string{
		"wbe":     "no service named wbe; did you mean web?",
		"Sidecar": "no service named Sidecar; did you mean sidecar?",
		"grafana": "no service named grafana; the services are db, mail, migrate, sidecar, web",
		"debug":   "the service debug is off; turn it on with --profile debug",
	} {
		_, err := p.Service(name)
		if !errors.Is(err, stack.ErrUsage) || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
}

func TestNames(t *testing.T) {
	p := project(t, "services: {a: {build: .}, b: {image: redis, container_name: cache}}", Options{})
	for got, want := range map[string]string{
		p.ImageName("a"):        "churn-a",
		p.ImageName("b"):        "redis",
		p.ContainerName("a", 2): "churn-a-2",
		p.ContainerName("b", 1): "cache",
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
