package compose

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const recorded = `
services:
  a:
    image: berth-compose-lab/empty:1
    command: [x]
    env_file: a.env
    environment: [FROMOS, Z=1]
    volumes: ["data:/data", "/etc/hosts:/hosts:ro"]
    depends_on: {b: {condition: service_healthy, restart: true, required: false}, c: {condition: service_started}}
  b: {image: berth-compose-lab/empty:1, command: [x], healthcheck: {test: [CMD, x], interval: 30s}, deploy: {replicas: 1}}
  c: {image: berth-compose-lab/empty:1, command: [x], network_mode: "service:b", pid: "service:b"}
volumes: {data: }
`

func recordedProject(t *testing.T) *Project {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "a.env"), "K=v\n")
	return project(t, recorded, Options{WorkingDir: dir, Name: "berth-compose-lab", Environ: []string{"FROMOS=os"}})
}

// What docker compose 2.40.3 put on containers, the network and the volume
// that `create` made of the file above, on Engine 20.10.24. `config --hash`
// cannot show these: it does not resolve env_file and shared namespaces.
func TestHashesThatDockerComposeRecorded(t *testing.T) {
	p := recordedProject(t)
	resolve := func(service string) (string, bool) {
		return "feefd894c922984d886b4e3d53fa93975aebd748fd137ec9db6f161ccfe6d965", service == "b"
	}
	for service, want := range map[string]string{
		"a": "d06c62f093c2d275f110c3f9a80afb57014e7ca50119edad2e7cc7c01cccce99",
		"b": "f24b5eeba438c86ea1622ca7af2b8612ed5f3e55e7149722c3aed806025f589d",
		"c": "79ec6c1d3bb86e7a363aa3d854bf06cd8c39758950a3771a51191f265f8b4f51",
	} {
		if got, err := p.Hash(service, resolve); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", service, got, err, want)
		}
	}
	if got, err := p.NetworkHash("default"); err != nil || got != "a408c3c644bfaab8ad1d690c65a1e252957d065759e82c06eaa936099af02036" {
		t.Errorf("network: %s, %v", got, err)
	}
	if got, err := p.VolumeHash("data"); err != nil || got != "12a37cccda709b9a363dc5dc56c93b2555624405c1c93a2c4ac4b7e0e4cde6f9" {
		t.Errorf("volume: %s, %v", got, err)
	}
}

// A bind mount is hashed in two ways, and either is up to date.
func TestHashesOfBothDockerComposes(t *testing.T) {
	p := recordedProject(t)
	for service, forms := range map[string]int{"a": 2, "b": 1} {
		all, err := p.hashes(service, unresolved)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(slices.Compact(slices.Clone(all))); got != forms {
			t.Errorf("%s: %d forms, want %d", service, got, forms)
		}
		written, err := p.Hash(service, unresolved)
		if err != nil || all[0] != written {
			t.Errorf("%s: Hash is %s, not the first of %v: %v", service, written, all, err)
		}
		for _, hash := range all {
			o := Observed{Containers: []Container{{ID: "1", Name: "berth-compose-lab-" + service + "-1", Service: service, Number: 1, ConfigHash: hash, ImageLabel: "i", Phase: "running", Volumes: map[string]string{"/data": "berth-compose-lab_data"}}}}
			plan, err := Reconcile(p, o, map[string]string{service: "i"}, Request{Op: OpUp, Services: []string{service}, NoDeps: true})
			if err != nil || slices.ContainsFunc(plan.Steps, func(s Step) bool { return s.Kind == RecreateContainer }) {
				t.Errorf("%s with %s is recreated: %v\n%s", service, hash, err, plan)
			}
		}
	}
}

func TestLabelsAreDockerComposes(t *testing.T) {
	p := recordedProject(t)
	p.EnvFiles = []string{"/x/.env.dev"}
	check := func(what string, got map[string]string, want ...string) {
		t.Helper()
		var lines []string
		for _, k := range slices.Sorted(maps.Keys(got)) {
			lines = append(lines, strings.TrimPrefix(k, "com.docker.compose.")+"="+strings.ReplaceAll(got[k], p.Dir, "DIR"))
		}
		if !slices.Equal(lines, want) {
			t.Errorf("%s: got\n%s\nwant\n%s", what, strings.Join(lines, "\n"), strings.Join(want, "\n"))
		}
	}
	check("container", p.ContainerLabels("a", 2, "h", "sha256:i"),
		"config-hash=h", "container-number=2", "depends_on=b:service_healthy:true,c:service_started:false", "image=sha256:i", "oneoff=False",
		"project=berth-compose-lab", "project.config_files=DIR/compose.yml", "project.environment_file=/x/.env.dev", "project.working_dir=DIR", "service=a", "version=2.40.3")
	network, err := p.NetworkLabels("default")
	if err != nil {
		t.Fatal(err)
	}
	check("network", network, "config-hash=a408c3c644bfaab8ad1d690c65a1e252957d065759e82c06eaa936099af02036", "network=default", "project=berth-compose-lab", "version=2.40.3")
	volume, err := p.VolumeLabels("data")
	if err != nil {
		t.Fatal(err)
	}
	check("volume", volume, "config-hash=12a37cccda709b9a363dc5dc56c93b2555624405c1c93a2c4ac4b7e0e4cde6f9", "project=berth-compose-lab", "version=2.40.3", "volume=data")
	check("image", p.BuildLabels("a"), "project=berth-compose-lab", "service=a", "version=2.40.3")
}
