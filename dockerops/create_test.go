package dockerops

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"

	"berth/compose"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func everything(t *testing.T) *compose.Project {
	t.Helper()
	return testFile(t, "everything.yaml")
}

func testFile(t *testing.T, name string) *compose.Project {
	t.Helper()
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	p, err := compose.Load(t.Context(), compose.Options{WorkingDir: dir, Files: []string{name}, Name: "everything", Environ: []string{}})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.NotApplied) > 0 {
		t.Errorf("not applied: %v", p.NotApplied)
	}
	return p
}

func blueprintOf(t *testing.T, p *compose.Project, service, api string) blueprint {
	t.Helper()
	s, err := p.Service(service)
	if err != nil {
		t.Fatal(err)
	}
	s, err = bind(s, func(name string) (string, bool) { return "id-of-" + name, true })
	if err != nil {
		t.Fatal(err)
	}
	return blueprint{project: p, service: s, number: 1, api: api, labels: map[string]string{"some": "label"}, proxies: map[string]string{"HTTP_PROXY": "http://proxy.test"}}
}

// What is sent to the Engine, for one that takes a single network at creation
// and one that takes all. TestSameAsCompose compares the result with docker
// compose's; this pins the request, also for Engines that are not at hand.
func TestCreateRequest(t *testing.T) {
	everything, newer := everything(t), testFile(t, "newer.yaml")
	for service, p := range map[string]*compose.Project{
		"base": everything, "full": everything, "once": everything, "scaled": everything, "shares": everything,
		"limited": everything, "placed": everything, "newer": newer, "hardware": newer,
	} {
		for _, api := range []string{"1.41", "1.51"} {
			t.Run(service+" "+api, func(t *testing.T) {
				c, err := blueprintOf(t, p, service, api).create()
				if err != nil {
					t.Fatal(err)
				}
				got := strings.ReplaceAll(compact(t, c), p.Dir, "/dir")
				golden := filepath.Join("testdata", "create", service+"-"+api+".json")
				if *update {
					put(t, golden, got)
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// compact is a creation as JSON, without what is empty.
func compact(t *testing.T, c creation) string {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"Config": c.options.Config, "HostConfig": c.options.HostConfig, "NetworkingConfig": c.options.NetworkingConfig,
		"connect": c.connect, "ignored": c.ignored,
	})
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(withoutEmpty(v)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func withoutEmpty(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, e := range v {
			switch e := withoutEmpty(e); e {
			case nil, "", false, 0.0:
				delete(v, k)
			default:
				v[k] = e
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		for i := range v {
			if e := withoutEmpty(v[i]); e != nil {
				v[i] = e
			}
		}
		if len(v) == 0 {
			return nil
		}
	}
	return v
}

func TestStartIntervalOfAnOldEngineIsReported(t *testing.T) {
	p := everything(t)
	b := blueprintOf(t, p, "base", "1.43")
	check := *b.service.HealthCheck
	check.StartInterval = check.Interval
	b.service.HealthCheck = &check
	c, err := b.create()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.ignored) != 1 || c.options.Config.Healthcheck.StartInterval != 0 {
		t.Errorf("ignored %q, sent %s", c.ignored, c.options.Config.Healthcheck.StartInterval)
	}
	b.api = "1.44"
	if c, err = b.create(); err != nil || len(c.ignored) != 0 || c.options.Config.Healthcheck.StartInterval == 0 {
		t.Errorf("on 1.44: %+v, %v", c.options.Config.Healthcheck, err)
	}
}

func TestInheritedVolumes(t *testing.T) {
	b := blueprintOf(t, everything(t), "full", "1.41")
	b.imageVolumes = map[string]struct{}{"/of-image": {}, "/data": {}}
	b.inherit = []container.MountPoint{
		{Type: mount.TypeVolume, Name: "anon-1", Destination: "/anonymous", RW: true},
		{Type: mount.TypeVolume, Name: "anon-2", Destination: "/of-image", RW: true},
		{Type: mount.TypeVolume, Name: "anon-3", Destination: "/no-longer-named", RW: true},
		{Type: mount.TypeVolume, Name: "other", Destination: "/data", RW: true},
		{Type: mount.TypeTmpfs, Destination: "/memory", RW: true},
	}
	binds, mounts := b.mounts()
	sources := map[string]string{}
	for _, m := range mounts {
		sources[m.Target] = m.Source
	}
	for target, want := range map[string]string{"/anonymous": "anon-1", "/of-image": "anon-2", "/memory": ""} {
		if got, ok := sources[target]; !ok || got != want {
			t.Errorf("%s: %q, %t", target, got, ok)
		}
	}
	for _, target := range []string{"/no-longer-named", "/data"} {
		if got, ok := sources[target]; ok {
			t.Errorf("%s is inherited from %s", target, got)
		}
	}
	if !strings.Contains(strings.Join(binds, " "), "everything_data:/data:rw") {
		t.Errorf("binds: %q", binds)
	}
}
