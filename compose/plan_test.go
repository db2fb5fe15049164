package compose

import (
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/stack"
)

var update = flag.Bool("update", false, "write the golden plans anew")

// churn is the stack of the template, in short.
const churn = `
services:
  model-api:
    build: .
    healthcheck: {test: [CMD, "true"]}
    ports: ["8000:8000"]
  prometheus:
    image: prom/prometheus:v3.5.0
    depends_on: [model-api]
`

// tiers has every kind of dependency, resource and scale.
const tiers = `
services:
  web:
    image: web
    scale: 2
    networks: [front, back]
    depends_on:
      db: {condition: service_healthy, restart: true}
      migrate: {condition: service_completed_successfully}
      mail: {condition: service_healthy, required: false}
  migrate: {image: tool, networks: [back], depends_on: [db]}
  db:
    image: db
    networks: [back]
    volumes: [data:/data]
    healthcheck: {test: [CMD, "true"]}
  mail: {image: mail, networks: [back], healthcheck: {test: [CMD, "true"]}}
  sidecar: {image: tool, network_mode: "service:db"}
  debug: {image: tool, profiles: [debug], networks: [back], volumes: ["notes:/notes"]}
networks:
  front:
  back: {internal: true}
volumes: {data: , notes: }
`

func TestPlans(t *testing.T) {
	for _, test := range []struct {
		name    string
		before  string                     // the file that was up before; empty: nothing was
		world   func(w *world)             // what happened since
		file    string                     // the file now
		options Options                    // how it is loaded
		request Request                    // what is asked for
		check   func(t *testing.T, p Plan) // more than the text
	}{
		{name: "first-up-before-building", world: unbuilt("model-api", "prometheus"), file: churn, request: Request{Op: OpUp}},
		{name: "first-up", file: churn, request: Request{Op: OpUp}},
		{name: "first-up-tiers", file: tiers, request: Request{Op: OpUp}},
		{name: "up-again", before: churn, file: churn, request: Request{Op: OpUp}, check: isEmpty},
		{name: "up-again-before-building", before: churn, world: unbuilt("model-api"), file: churn, request: Request{Op: OpUp}, check: isEmpty},
		{name: "up-configuration-changed", before: tiers, file: strings.Replace(tiers, "volumes: [data:/data]", "volumes: [data:/data]\n    user: me", 1), request: Request{Op: OpUp}},
		{name: "up-image-changed", before: churn, world: func(w *world) { w.images["model-api"] = "sha256:9f8e7d6c5b4a" }, file: churn, request: Request{Op: OpUp}},
		{name: "up-network-changed", before: tiers, file: strings.Replace(tiers, "internal: true", "internal: false", 1), request: Request{Op: OpUp, Services: []string{"db"}}},
		{name: "up-network-changed-in-use", before: strings.Replace(tiers, "  debug:", "  legacy: {image: tool, networks: [back]}\n  debug:", 1), file: strings.Replace(tiers, "internal: true", "internal: false", 1), request: Request{Op: OpUp}},
		{name: "up-network-gone", before: churn, world: func(w *world) { stopAll(w); w.Networks = nil }, file: churn, request: Request{Op: OpUp}},
		{name: "up-shared-container-gone", before: strings.Replace(tiers, "    image: db\n", "    image: db\n    scale: 2\n", 1), world: func(w *world) { w.named("churn-db-1").ImageLabel = "sha256:older" }, file: tiers, request: Request{Op: OpUp, Services: []string{"sidecar"}}},
		{name: "up-volume-changed", before: tiers, file: strings.Replace(tiers, "{data: ,", "{data: {labels: [a=b]},", 1), request: Request{Op: OpUp}},
		{name: "up-volume-renamed", before: tiers, file: strings.Replace(tiers, "{data: ,", "{data: {name: other},", 1), request: Request{Op: OpUp, Services: []string{"db"}}},
		{name: "up-scaled-down", before: tiers, file: strings.Replace(tiers, "scale: 2", "scale: 1", 1), request: Request{Op: OpUp, Services: []string{"web"}, NoDeps: true}},
		{name: "up-scaled-up", before: tiers, world: func(w *world) { w.lose("churn-web-1") }, file: strings.Replace(tiers, "scale: 2", "scale: 4", 1), request: Request{Op: OpUp, Services: []string{"web"}, NoDeps: true}},
		{name: "up-all-phases", before: tiers, world: func(w *world) {
			w.phase("churn-db-1", stack.Exited).ExitCode = 137
			w.phase("churn-sidecar-1", stack.Paused)
			w.phase("churn-migrate-1", stack.Created)
			w.phase("churn-web-1", stack.Restarting).ExitCode = 1
			w.phase("churn-web-2", stack.Dead)
		}, file: tiers, request: Request{Op: OpUp}},
		{name: "up-interrupted", before: tiers, world: func(w *world) { w.interrupt("churn-db-1", true); w.interrupt("churn-web-2", false) }, file: tiers, request: Request{Op: OpUp}},
		{name: "up-orphans", before: tiers, file: churn, request: Request{Op: OpUp}},
		{name: "up-remove-orphans", before: tiers, file: churn, request: Request{Op: OpUp, RemoveOrphans: true}},
		{name: "up-force", before: churn, file: churn, request: Request{Op: OpUp, ForceRecreate: true, Services: []string{"prometheus"}}},
		{name: "up-no-recreate", before: churn, file: strings.ReplaceAll(churn, "8000:", "8001:"), request: Request{Op: OpUp, NoRecreate: true}, check: isEmpty},
		{name: "up-foreign-resources", world: func(w *world) {
			w.Networks = append(w.Networks, Network{ID: "n", Name: "churn_back"}, Network{ID: "m", Name: "churn_front", Project: "other"})
			w.Volumes = append(w.Volumes, Volume{Name: "churn_data"})
		}, file: tiers, request: Request{Op: OpUp, Services: []string{"db"}}},
		{name: "down", before: tiers, file: tiers, request: Request{Op: OpDown}},
		{name: "down-volumes", before: tiers, world: func(w *world) {
			w.phase("churn-web-2", stack.Exited)
			w.Containers = append(w.Containers, Container{ID: "000000000000once", Name: "churn-db-run-1", Service: "db", OneOff: true, Phase: stack.Running, Volumes: map[string]string{"/data": "churn_data"}})
			w.Volumes = append(w.Volumes, Volume{Name: "churn_old", Key: "old", Project: "churn"})
		}, file: tiers, request: Request{Op: OpDown, RemoveVolumes: true}},
		{name: "down-orphans-stay", before: tiers, file: churn, request: Request{Op: OpDown}},
		{name: "down-remove-orphans", before: tiers, file: churn, request: Request{Op: OpDown, RemoveOrphans: true}},
		{name: "down-service", before: tiers, file: tiers, request: Request{Op: OpDown, Services: []string{"web"}}},
		{name: "down-off", before: tiers, world: func(w *world) {
			w.Containers = append(w.Containers, Container{ID: "000000000000off", Name: "churn-debug-1", Service: "debug", Number: 1, Phase: stack.Running, Networks: w.named("churn-db-1").Networks})
		}, file: tiers, request: Request{Op: OpDown}},
		{name: "down-again", file: tiers, request: Request{Op: OpDown}, check: isEmpty},
		{name: "stop", before: tiers, world: func(w *world) { w.phase("churn-mail-1", stack.Exited) }, file: tiers, request: Request{Op: OpStop}},
		{name: "stop-service", before: tiers, file: tiers, request: Request{Op: OpStop, Services: []string{"db"}}},
		{name: "stop-replica", before: tiers, file: tiers, request: Request{Op: OpStop, Services: []string{"web-2"}}},
		{name: "restart-replica", before: tiers, file: tiers, request: Request{Op: OpRestart, Services: []string{"web-1"}}},
		{name: "start", before: tiers, world: stopAll, file: tiers, request: Request{Op: OpStart}},
		{name: "start-service", before: tiers, world: stopAll, file: tiers, request: Request{Op: OpStart, Services: []string{"migrate"}}},
		{name: "restart", before: churn, file: churn, request: Request{Op: OpRestart}},
		{name: "restart-dependents", before: tiers, file: tiers, request: Request{Op: OpRestart, Services: []string{"db"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			random := rand.New(rand.NewPCG(1, 1))
			dir, w := t.TempDir(), newWorld()
			if test.before != "" {
				p := project(t, test.before, Options{WorkingDir: dir})
				w.build(p)
				w.apply(t, p, w.plan(t, p, Request{Op: OpUp}), random)
			}
			test.options.WorkingDir = dir
			p := project(t, test.file, test.options)
			w.build(p)
			if test.world != nil {
				test.world(w)
			}
			plan := w.plan(t, p, test.request)
			golden(t, filepath.Join("testdata/plans", test.name+".txt"), plan.String()+"\n"+edges(plan))
			if test.check != nil {
				test.check(t, plan)
			}
			w.apply(t, p, plan, random)
		})
	}
}

func TestPlanAsJSON(t *testing.T) {
	p, w := project(t, churn, Options{}), newWorld()
	w.build(p)
	delete(w.images, "model-api")
	text, err := json.MarshalIndent(w.plan(t, p, Request{Op: OpUp}), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/plans/first-up.json", string(text)+"\n")
}

// golden compares with a file; -update writes it.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

func isEmpty(t *testing.T, p Plan) {
	t.Helper()
	if !p.Empty() {
		t.Error("the plan has steps")
	}
}

func unbuilt(services ...string) func(*world) {
	return func(w *world) {
		for _, s := range services {
			delete(w.images, s)
		}
	}
}

func stopAll(w *world) {
	for i := range w.Containers {
		w.Containers[i].Phase, w.Containers[i].Health = stack.Exited, stack.NoCheck
	}
}

// phase puts a container into a phase.
func (w *world) phase(name string, phase stack.Phase) *Container {
	c := w.named(name)
	c.Phase, c.Health = phase, stack.NoCheck
	return c
}

func (w *world) lose(name string) {
	i := w.index(w.named(name).ID)
	w.Containers = append(w.Containers[:i], w.Containers[i+1:]...)
}

// interrupt leaves what a recreation has made when it is cut short: before or
// after the original is removed.
func (w *world) interrupt(name string, early bool) {
	half := *w.named(name)
	half.ID, half.Name, half.Replaces, half.Phase, half.Health = w.id("ctr"), half.ID[:12]+"_"+name, name, stack.Created, stack.NoCheck
	if !early {
		w.lose(name)
	}
	w.Containers = append(w.Containers, half)
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		name, file string
		request    Request
		want       string
		usage      bool
	}{
		{
			"external network", "services: {a: {image: x, networks: [n]}}\nnetworks: {n: {external: true}}",
			Request{Op: OpUp},
			"the network n is not there; the file calls it external, so it is not made here: docker network create n", false,
		},
		{
			"external volume", "services: {a: {image: x, volumes: ['vol:/v']}}\nvolumes: {vol: {external: true, name: data}}",
			Request{Op: OpUp},
			"the volume data is not there; the file calls it external, so it is not made here: docker volume create data", false,
		},
		{"unknown service", churn, Request{Op: OpUp, Services: []string{"model_api"}}, "no service named model_api; did you mean model-api?", true},
		{"service that is off", tiers, Request{Op: OpStop, Services: []string{"debug"}}, "the service debug is off; turn it on with --profile debug", true},
		{"nothing to start", churn, Request{Op: OpStart}, "there is no container of churn to start; berth up makes it", false},
		{"nothing to restart", churn, Request{Op: OpRestart, Services: []string{"prometheus"}}, "there is no container of prometheus to restart; berth up makes it", false},
		{
			"sharing with nobody", "services: {a: {image: x, scale: 0}, b: {image: x, network_mode: 'service:a'}}",
			Request{Op: OpUp},
			"b shares with a, which has no container; bring a up too, at a scale of 1 or more", false,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Reconcile(project(t, test.file, Options{}), Observed{}, nil, test.request)
			var problem *stack.Problem
			if !errors.As(err, &problem) || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			if errors.Is(err, stack.ErrUsage) != test.usage {
				t.Errorf("bad usage: %t", !test.usage)
			}
		})
	}
}
