package compose

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

// After a plan is carried out there is nothing left to do, whatever there was
// before, and in whichever order its steps were done.
func TestPlanLeavesNothingToDo(t *testing.T) {
	for seed := range uint64(150) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 1))
			dir := t.TempDir()
			w := newWorld()
			before := project(t, randomFile(random), Options{WorkingDir: dir})
			w.build(before)
			w.apply(t, before, w.plan(t, before, Request{Op: OpUp}), random)
			w.disturb(before, random)
			after := project(t, randomFile(random), Options{WorkingDir: dir})
			w.build(after)
			up := Request{Op: OpUp, RemoveOrphans: random.IntN(2) == 0}
			w.apply(t, after, w.plan(t, after, up), random)
			if again := w.plan(t, after, up); !again.Empty() {
				t.Errorf("after the plan there is left to do:\n%s%s", again, edges(again))
			}
			w.apply(t, after, w.plan(t, after, Request{Op: OpDown, RemoveOrphans: true, RemoveVolumes: true}), random)
			if len(w.Containers)+len(w.Networks) > 0 {
				t.Errorf("after down there are left: %v %v", w.Containers, w.Networks)
			}
		})
	}
}

// randomFile writes a compose file of up to five services that depend on,
// share with and mount all sorts of things.
func randomFile(random *rand.Rand) string {
	var b strings.Builder
	b.WriteString("services:\n")
	chance := func(n int) bool { return random.IntN(n) == 0 }
	for i := range 1 + random.IntN(5) {
		fmt.Fprintf(&b, "  s%d:\n    image: image%d\n", i, random.IntN(2))
		if chance(2) {
			fmt.Fprintf(&b, "    healthcheck: {test: [CMD, \"%d\"]}\n", random.IntN(2))
		}
		if scale := random.IntN(4); chance(3) && (scale > 0 || i > 2) { // nobody can share with none
			fmt.Fprintf(&b, "    scale: %d\n", scale)
		}
		switch {
		case i > 0 && chance(5):
			fmt.Fprintf(&b, "    network_mode: service:s%d\n", random.IntN(min(i, 3)))
		case chance(3):
			b.WriteString("    networks: [back, default]\n")
		}
		if chance(3) {
			b.WriteString("    volumes: [data:/data]\n")
		}
		if i > 0 && chance(2) {
			b.WriteString("    depends_on:\n")
			for d := range i {
				conditions := []Condition{ServiceStarted, ServiceHealthy}
				fmt.Fprintf(&b, "      s%d: {condition: %s, restart: %t, required: %t}\n", d, conditions[random.IntN(2)], chance(2), chance(2))
			}
		}
	}
	fmt.Fprintf(&b, "networks:\n  back: {internal: %t}\n  default: {attachable: %t}\nvolumes:\n  data: {name: data%d}\n", chance(2), chance(2), random.IntN(2))
	return b.String()
}

// disturb does what people, crashes and other tools do.
func (w *world) disturb(p *Project, random *rand.Rand) {
	phases := []stack.Phase{stack.Running, stack.Exited, stack.Created, stack.Dead, stack.Running}
	for i := range w.Containers {
		c := &w.Containers[i]
		c.Phase, c.Health = phases[random.IntN(len(phases))], stack.NoCheck
		if random.IntN(6) == 0 {
			c.ImageLabel = "sha256:older"
		}
	}
	for _, c := range w.Containers {
		if random.IntN(8) == 0 { // cut short while it was recreated
			half := c
			half.ID, half.Name, half.Replaces, half.Phase = w.id("ctr"), c.ID[:12]+"_"+c.Name, c.Name, stack.Created
			w.Containers = append(w.Containers, half)
			if i := w.index(c.ID); random.IntN(2) == 0 {
				w.Containers = append(w.Containers[:i], w.Containers[i+1:]...)
			}
		}
	}
	if n := len(w.Containers); n > 0 && random.IntN(3) == 0 {
		i := random.IntN(n)
		w.Containers = append(w.Containers[:i], w.Containers[i+1:]...)
	}
}

// Two folders with projects of one name are easily made, by copying one: what
// happens to the other's containers is not done without a word.
func TestContainersOfAnotherFolderAreNoted(t *testing.T) {
	p := &Project{Name: "churn", Dir: "/here", Model: &types.Project{Name: "churn"}}
	for dir, noted := range map[string]bool{"/there": true, "/here": false, "": false} {
		o := Observed{Containers: []Container{{ID: "1", Name: "churn-api-1", Service: "api", Number: 1, Phase: stack.Running, Dir: dir}}}
		plan, err := Reconcile(p, o, nil, Request{Op: OpUp})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(strings.Join(plan.Notes, "\n"), "/there"); got != noted {
			t.Errorf("made from %q: notes %q", dir, plan.Notes)
		}
	}
}
