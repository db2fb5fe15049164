package compose

import (
	"errors"
	"strings"
	"testing"

	"berth/stack"
)

func TestOrphansAsTheEnvironmentSays(t *testing.T) {
	const remove, ignore = "COMPOSE_REMOVE_ORPHANS=1", "COMPOSE_IGNORE_ORPHANS=true"
	orphan := Observed{Containers: []Container{{ID: "1", Name: "churn-old-1", Service: "old", Number: 1, Phase: stack.Exited}}}
	for _, test := range []struct {
		name    string
		environ []string
		request Request
		removed bool
		noted   bool
		refused bool
	}{
		{"nothing said", nil, Request{Op: OpUp}, false, true, false},
		{"remove", []string{remove}, Request{Op: OpUp}, true, false, false},
		{"remove, down", []string{remove}, Request{Op: OpDown}, true, false, false},
		{"remove, but not this time", []string{remove}, Request{Op: OpUp, KeepOrphans: true}, false, true, false},
		{"ignore", []string{ignore}, Request{Op: OpUp}, false, false, false},
		{"ignore, and remove", []string{ignore}, Request{Op: OpUp, RemoveOrphans: true}, false, false, true},
		{"ignore, and remove, down", []string{ignore}, Request{Op: OpDown, RemoveOrphans: true}, true, false, false},
		{"neither", []string{"COMPOSE_REMOVE_ORPHANS=0"}, Request{Op: OpUp}, false, true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := project(t, "services: {web: {image: x}}", Options{Environ: append([]string{"COMPOSE_PROJECT_NAME=churn"}, test.environ...)})
			plan, err := Reconcile(p, orphan, map[string]string{"web": "sha256:1"}, test.request)
			if errors.Is(err, stack.ErrUsage) != test.refused || !test.refused && err != nil {
				t.Fatal(err)
			}
			if got := strings.Contains(plan.String(), "remove container  churn-old-1"); got != test.removed {
				t.Errorf("removed: %t in\n%s", got, plan)
			}
			if got := strings.Contains(plan.String(), "belongs to no service"); got != test.noted {
				t.Errorf("noted: %t in\n%s", got, plan)
			}
		})
	}
}

func TestParallelLimit(t *testing.T) {
	for value, want := range map[string]int{"": 0, "3": 3, "-1": 0} {
		p := project(t, "services: {web: {image: x}}", Options{Environ: []string{"COMPOSE_PARALLEL_LIMIT=" + value}})
		if p.Parallel != want {
			t.Errorf("%q: %d, want %d", value, p.Parallel, want)
		}
	}
	dir := t.TempDir()
	project(t, "services: {web: {image: x}}", Options{WorkingDir: dir})
	_, err := Load(t.Context(), Options{WorkingDir: dir, Environ: []string{"COMPOSE_PARALLEL_LIMIT=many"}})
	if err == nil || !strings.Contains(err.Error(), `COMPOSE_PARALLEL_LIMIT: "many" is not a number`) {
		t.Errorf("got %v", err)
	}
}
