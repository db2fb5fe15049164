package compose

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

// world is what an Engine would have: plans are carried out on it, and it
// refuses what an Engine refuses.
type world struct {
	Observed
	images map[string]string // service → image ID
	last   int
}

func newWorld() *world { return &world{images: map[string]string{}} }

func (w *world) id(kind string) string {
	w.last++
	return fmt.Sprintf("%012d%s", w.last, kind)
}

// project loads a compose file given as text.
func project(t testing.TB, text string, o Options) *Project {
	t.Helper()
	if o.WorkingDir == "" {
		o.WorkingDir = t.TempDir()
	}
	if err := os.WriteFile(filepath.Join(o.WorkingDir, "compose.yml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if o.Name == "" {
		o.Name = "churn"
	}
	if o.Environ == nil {
		o.Environ = []string{}
	}
	p, err := Load(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// build gives every service of p an image; an image: named alike is the same.
func (w *world) build(p *Project) {
	for name := range p.Model.Services {
		if w.images[name] == "" {
			w.images[name] = fmt.Sprintf("sha256:%x", digest([]byte(p.ImageName(name))))
		}
	}
}

func (w *world) plan(t testing.TB, p *Project, r Request) Plan {
	t.Helper()
	plan, err := Reconcile(p, w.Observed, w.images, r)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// apply carries a plan out in a random order that its Afters allow.
func (w *world) apply(t testing.TB, p *Project, plan Plan, random *rand.Rand) {
	t.Helper()
	done := map[int]bool{}
	for i, s := range plan.Steps {
		if s.ID != i+1 || slices.ContainsFunc(s.After, func(a int) bool { return a >= s.ID || a < 1 }) {
			t.Fatalf("step %d has ID %d after %v in\n%s", i+1, s.ID, s.After, plan)
		}
	}
	for len(done) < len(plan.Steps) {
		var ready []Step
		for _, s := range plan.Steps {
			if !done[s.ID] && !slices.ContainsFunc(s.After, func(a int) bool { return !done[a] }) {
				ready = append(ready, s)
			}
		}
		s := ready[random.IntN(len(ready))]
		if err := w.do(p, s); err != nil {
			t.Fatalf("step %d, %s %s: %v\nin\n%s%s", s.ID, s.Kind, s.Name, err, plan, edges(plan))
		}
		done[s.ID] = true
	}
}

func (w *world) do(p *Project, s Step) error {
	switch s.Kind {
	case CreateNetwork:
		if w.networkNamed(s.Name) != nil {
			return fmt.Errorf("there already")
		}
		hash, err := p.NetworkHash(s.Key)
		w.Networks = append(w.Networks, Network{ID: w.id("net"), Name: s.Name, Key: s.Key, Project: p.Name, ConfigHash: hash})
		return err
	case RemoveNetwork:
		for _, c := range w.Containers {
			if live(c) && slices.Contains(slices.Collect(maps.Values(c.Networks)), s.Target) {
				return fmt.Errorf("%s is attached", c.Name)
			}
		}
		w.Networks = slices.DeleteFunc(w.Networks, func(n Network) bool { return n.ID == s.Target })
		return nil
	case CreateVolume:
		hash, err := p.VolumeHash(s.Key)
		w.Volumes = append(w.Volumes, Volume{Name: s.Name, Key: s.Key, Project: p.Name, ConfigHash: hash})
		return err
	case RemoveVolume:
		for _, c := range w.Containers {
			if slices.Contains(slices.Collect(maps.Values(c.Volumes)), s.Target) {
				return fmt.Errorf("%s mounts it", c.Name)
			}
		}
		w.Volumes = slices.DeleteFunc(w.Volumes, func(v Volume) bool { return v.Name == s.Target })
		return nil
	case CreateContainer:
		return w.create(p, s, s.Name, "")
	case RecreateContainer:
		i := w.index(s.Target)
		if i < 0 {
			return fmt.Errorf("nothing to recreate")
		}
		temporary := s.Target[:12] + "_" + s.Name
		if err := w.create(p, s, temporary, w.Containers[i].Name); err != nil {
			return err
		}
		w.Containers = slices.Delete(w.Containers, i, i+1)
		if w.named(s.Name) != nil {
			return fmt.Errorf("the name is taken")
		}
		w.named(temporary).Name = s.Name
		return nil
	case WaitDependency:
		return w.wait(s)
	}
	c := w.named(s.Name)
	if s.Target != "" {
		c = nil
		if i := w.index(s.Target); i >= 0 {
			c = &w.Containers[i]
		}
	}
	if c == nil {
		return fmt.Errorf("no such container")
	}
	switch s.Kind {
	case StartContainer, RestartContainer:
		return w.start(p, c, s.Kind)
	case StopContainer:
		if !live(*c) {
			return fmt.Errorf("it does not run")
		}
		c.Phase, c.Health = stack.Exited, stack.NoCheck
	case RemoveContainer:
		if live(*c) {
			return fmt.Errorf("it runs")
		}
		i := w.index(c.ID)
		w.Containers = slices.Delete(w.Containers, i, i+1)
	}
	return nil
}

func (w *world) create(p *Project, s Step, name, replaces string) error {
	if w.named(name) != nil {
		return fmt.Errorf("the name %s is taken", name)
	}
	service := p.Model.Services[s.Ref.Service]
	hash, err := p.Hash(service.Name, func(other string) (string, bool) {
		var first Container
		for _, c := range w.Containers {
			if c.Service == other && c.Name == p.ContainerName(other, c.Number) && (first.Name == "" || c.Name < first.Name) {
				first = c
			}
		}
		return first.ID, first.ID != ""
	})
	if err != nil {
		return err
	}
	for _, other := range shares(service) {
		if !slices.ContainsFunc(w.Containers, func(c Container) bool { return c.Service == other }) {
			return fmt.Errorf("%s has no container to share with", other)
		}
	}
	c := Container{
		ID: w.id("ctr"), Name: name, Service: service.Name, Number: s.Ref.Number, Phase: stack.Created, ConfigHash: hash,
		ImageLabel: w.images[service.Name], ImageID: w.images[service.Name], Replaces: replaces,
		Networks: map[string]string{}, Volumes: map[string]string{}, Created: time.Unix(int64(w.last), 0),
	}
	for key := range service.Networks {
		n := w.networkNamed(p.Model.Networks[key].Name)
		if n == nil {
			return fmt.Errorf("network %s is missing", key)
		}
		c.Networks[n.Name] = n.ID
	}
	for _, v := range service.Volumes {
		if v.Type == types.VolumeTypeVolume && v.Source != "" {
			name := p.Model.Volumes[v.Source].Name
			if !slices.ContainsFunc(w.Observed.Volumes, func(v Volume) bool { return v.Name == name }) {
				return fmt.Errorf("volume %s is missing", v.Source)
			}
			c.Volumes[v.Target] = name
		}
	}
	w.Containers = append(w.Containers, c)
	return nil
}

func (w *world) start(p *Project, c *Container, kind Kind) error {
	if c.Phase == stack.Running && kind == StartContainer || c.Phase == stack.Dead {
		return fmt.Errorf("it is %s", c.Phase)
	}
	for name, id := range c.Networks {
		if !slices.ContainsFunc(w.Networks, func(n Network) bool { return n.ID == id }) {
			return fmt.Errorf("its network %s is gone", name)
		}
	}
	for dependency := range p.Model.Services[c.Service].DependsOn {
		d := p.Model.Services[dependency]
		started := d.GetScale() == 0
		for _, o := range w.Containers {
			started = started || o.Service == dependency && o.Phase == stack.Running
		}
		if !started {
			return fmt.Errorf("its dependency %s has not started", dependency)
		}
	}
	c.Phase = stack.Running
	if p.Model.Services[c.Service].HealthCheck != nil {
		c.Health = stack.Healthy
	}
	return nil
}

func (w *world) wait(s Step) error {
	found := false
	for _, c := range w.Containers {
		if c.Service == s.Ref.Service {
			found = true
			if c.Phase != stack.Running {
				return fmt.Errorf("%s is %s: it would wait for ever", c.Name, c.Phase)
			}
		}
	}
	if !found {
		return fmt.Errorf("%s has no container", s.Ref.Service)
	}
	return nil
}

func (w *world) index(id string) int {
	return slices.IndexFunc(w.Containers, func(c Container) bool { return c.ID == id })
}

func (w *world) named(name string) *Container {
	for i := range w.Containers {
		if w.Containers[i].Name == name {
			return &w.Containers[i]
		}
	}
	return nil
}

func (w *world) networkNamed(name string) *Network {
	for i := range w.Networks {
		if w.Networks[i].Name == name {
			return &w.Networks[i]
		}
	}
	return nil
}

// edges shows what a plan's text leaves out: which steps wait for which.
func edges(p Plan) string {
	var b strings.Builder
	for _, s := range p.Steps {
		if len(s.After) > 0 {
			fmt.Fprintf(&b, "%d after %s\n", s.ID, strings.Trim(fmt.Sprint(s.After), "[]"))
		}
	}
	return b.String()
}
