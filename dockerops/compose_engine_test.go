package dockerops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/client"

	"berth/compose"
	"berth/dockerops"
	"berth/dockerops/enginetest"
)

// dockerCompose runs the docker compose that is compared with. BERTH_PEERS is
// where `make test` unpacks it.
func dockerCompose(t *testing.T, dir, project string, args ...string) string {
	t.Helper()
	peers := os.Getenv("BERTH_PEERS")
	if peers == "" {
		t.Skip("no docker compose to compare with: run make test")
	}
	c := exec.CommandContext(t.Context(), filepath.Join(peers, "usr/bin/docker"), append([]string{"compose", "-p", project, "--progress", "plain"}, args...)...)
	c.Dir = dir
	c.Env = append(os.Environ(), "DOCKER_CONFIG="+filepath.Join(peers, "usr/libexec/docker"), "DOCKER_HOST="+enginetest.Host(t))
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		t.Fatalf("docker compose %s: %v\n%s", strings.Join(args, " "), err, out.String())
	}
	return out.String()
}

// project is a compose project in a folder of its own, with the Engine it is
// applied to.
type project struct {
	t      *testing.T
	name   string
	dir    string
	engine *dockerops.Engine
	cli    *client.Client
	rec    recorder
}

func newProject(t *testing.T, file string) *project {
	t.Helper()
	enginetest.Busybox(t)
	p := &project{t: t, name: enginetest.Name(t), dir: t.TempDir(), engine: dial(t), cli: enginetest.Client(t)}
	p.write(file)
	return p
}

// write replaces the compose file.
func (p *project) write(file string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, "compose.yaml"), []byte(file), 0o644); err != nil {
		p.t.Fatal(err)
	}
}

func (p *project) load() *compose.Project {
	p.t.Helper()
	loaded, err := compose.Load(p.t.Context(), compose.Options{WorkingDir: p.dir, Name: p.name})
	if err != nil {
		p.t.Fatal(err)
	}
	return loaded
}

// plan observes and reconciles.
func (p *project) plan(r compose.Request) (*compose.Project, compose.Plan) {
	p.t.Helper()
	ctx := soon(p.t)
	loaded := p.load()
	seen, err := p.engine.Observe(ctx, loaded)
	if err != nil {
		p.t.Fatal(err)
	}
	images := map[string]string{}
	for _, s := range loaded.Names() {
		if image, ok, err := p.engine.Image(ctx, loaded.ImageName(s)); err != nil {
			p.t.Fatal(err)
		} else if ok {
			images[s] = image.ID
		}
	}
	plan, err := compose.Reconcile(loaded, seen, images, r)
	if err != nil {
		p.t.Fatal(err)
	}
	return loaded, plan
}

// apply plans and carries out.
func (p *project) apply(ctx context.Context, r compose.Request) error {
	p.t.Helper()
	loaded, plan := p.plan(r)
	return p.engine.Apply(ctx, loaded, plan, p.rec.report)
}

func (p *project) up() {
	p.t.Helper()
	if err := p.apply(soon(p.t), compose.Request{Op: compose.OpUp}); err != nil {
		p.t.Fatalf("up: %v", err)
	}
}

func (p *project) down() {
	p.t.Helper()
	if err := p.apply(soon(p.t), compose.Request{Op: compose.OpDown, RemoveVolumes: true}); err != nil {
		p.t.Fatalf("down: %v", err)
	}
}

var everythingUp = compose.Request{Op: compose.OpUp}

// The same file through docker compose and through Berth gives the same
// containers, networks and volumes, and each finds nothing to do after the
// other.
func TestSameAsCompose(t *testing.T) {
	file, err := os.ReadFile("testdata/everything.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := newProject(t, string(file))
	if err := os.CopyFS(p.dir, os.DirFS("testdata")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(p.dir, "bound"), 0o755); err != nil {
		t.Fatal(err)
	}
	if left := p.load().NotApplied; len(left) > 0 {
		t.Errorf("not applied: %+v", left)
	}

	dockerCompose(t, p.dir, p.name, "up", "-d")
	theirs := p.dump()
	if _, plan := p.plan(everythingUp); changes(plan) {
		t.Errorf("after docker compose there is something to do:\n%s", plan)
	}
	dockerCompose(t, p.dir, p.name, "down", "-v")

	p.up()
	ours := p.dump()
	if diff := cmp.Diff(theirs, ours); diff != "" {
		t.Errorf("docker compose (-) and Berth (+) differ:\n%s", diff)
	}
	if _, plan := p.plan(everythingUp); changes(plan) {
		t.Errorf("after Berth there is something to do:\n%s", plan)
	}
	before := p.ids()
	said := dockerCompose(t, p.dir, p.name, "up", "-d")
	if after := p.ids(); !slices.Equal(before, after) {
		t.Errorf("docker compose made containers anew:\n%s", said)
	}

	p.down()
	if left := p.dump(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// changes reports whether a plan does more than to run again what has completed.
func changes(plan compose.Plan) bool {
	return slices.ContainsFunc(plan.Steps, func(s compose.Step) bool {
		return s.Ref.Service != "once"
	})
}

func (p *project) ids() []string {
	p.t.Helper()
	list, err := p.cli.ContainerList(p.t.Context(), client.ContainerListOptions{All: true, Filters: p.filters()})
	if err != nil {
		p.t.Fatal(err)
	}
	var ids []string
	for _, c := range list.Items {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

func (p *project) filters() client.Filters {
	return make(client.Filters).Add("label", "com.docker.compose.project="+p.name)
}

// dump is everything of the project as the Engine describes it, without what
// differs from one run to the next.
func (p *project) dump() map[string]any {
	p.t.Helper()
	all := map[string]any{}
	names := map[string]string{} // ID → name
	add := func(kind, name string, raw json.RawMessage, keep ...string) {
		var full map[string]any
		if err := json.Unmarshal(raw, &full); err != nil {
			p.t.Fatal(err)
		}
		for key := range full {
			if !slices.Contains(keep, key) {
				delete(full, key)
			}
		}
		all[kind+" "+name] = full
	}
	for _, id := range p.ids() {
		c, err := p.cli.ContainerInspect(p.t.Context(), id, client.ContainerInspectOptions{})
		if err != nil {
			p.t.Fatal(err)
		}
		names[id] = strings.TrimPrefix(c.Container.Name, "/")
		add("container", names[id], c.Raw, "Config", "HostConfig", "Mounts", "NetworkSettings", "Path", "Args")
	}
	nets, err := p.cli.NetworkList(p.t.Context(), client.NetworkListOptions{Filters: p.filters()})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, n := range nets.Items {
		raw, err := json.Marshal(n)
		if err != nil {
			p.t.Fatal(err)
		}
		add("network", n.Name, raw, "Driver", "EnableIPv6", "IPAM", "Internal", "Attachable", "Options", "Labels")
	}
	volumes, err := p.cli.VolumeList(p.t.Context(), client.VolumeListOptions{Filters: p.filters()})
	if err != nil {
		p.t.Fatal(err)
	}
	for _, v := range volumes.Items {
		raw, err := json.Marshal(v)
		if err != nil {
			p.t.Fatal(err)
		}
		add("volume", v.Name, raw, "Driver", "Labels", "Options", "Scope")
	}
	for name, v := range all {
		all[name] = settle(v, names, "")
	}
	return all
}

// changing are attributes that the Engine chooses anew each time.
var changing = regexp.MustCompile(`^(EndpointID|Gateway|IPAddress|IPPrefixLen|MacAddress|NetworkID|SandboxID|SandboxKey|DNSNames|Subnet)$`)

var hexID = regexp.MustCompile(`[0-9a-f]{64}`)

// settle drops what changes, puts lists without an order in order, and names
// in place of IDs.
func settle(v any, names map[string]string, key string) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			if changing.MatchString(k) && key != "Config" || k == "com.docker.compose.version" {
				delete(v, k)
				continue
			}
			v[k] = settle(v[k], names, k)
		}
		// It holds the ID of the container whose namespace is shared.
		if v["com.docker.compose.service"] == "shares" {
			delete(v, "com.docker.compose.config-hash")
		}
		if id, ok := v["Name"].(string); ok && hexID.MatchString(id) { // an anonymous volume
			delete(v, "Name")
			delete(v, "Source")
		}
		return v
	case []any:
		if key == "8004/tcp" && len(v) > 0 && v[0].(map[string]any)["HostPort"] != "" {
			return "chosen by the Engine"
		}
		for i := range v {
			v[i] = settle(v[i], names, "[]")
		}
		if strings.Contains(" Binds Mounts Env Aliases ExtraHosts Ulimits CapAdd CapDrop ", " "+key+" ") {
			slices.SortFunc(v, func(a, b any) int { return strings.Compare(text(a), text(b)) })
		}
		return v
	case string:
		if key == "Hostname" && len(v) == 12 {
			return "the ID"
		}
		for id, name := range names {
			v = strings.ReplaceAll(v, id, "<"+name+">")
			if v == id[:12] {
				v = "<" + name + ">"
			}
		}
		// depends_on is written in the order of a map by docker compose.
		if key == "com.docker.compose.depends_on" {
			parts := strings.Split(v, ",")
			slices.Sort(parts)
			v = strings.Join(parts, ",")
		}
		return v
	}
	return v
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}
