package dockerops_test

import (
	"strings"
	"testing"

	"github.com/moby/moby/client"

	"berth/stack"
)

// A container that was made by `run` has the labels of its service, and is
// neither in its log nor in its state.
func TestAOneOffRunIsARoleOfItsOwn(t *testing.T) {
	web := newActor(t)
	web.start(web.create("echo the service; exec sleep 600"))
	id := web.create("echo the run; exit 3", func(o *client.ContainerCreateOptions) {
		o.Config.Labels["com.docker.compose.oneoff"] = "True"
	})
	web.start(id)
	run := web
	run.Run = stack.ShortID(id)
	var texts []string
	for l, err := range dial(t).Logs(soon(t), run.Ref, stack.LogOptions{Tail: -1, Follow: true}) { // ends by itself
		if err != nil {
			t.Fatal(err)
		}
		if l.Ref != run.Ref {
			t.Errorf("%q is of %+v", l.Text, l.Ref)
		}
		texts = append(texts, l.Text)
	}
	if len(texts) != 2 || texts[0] != "the run" || !strings.Contains(texts[1], "exit 3") {
		t.Errorf("the run's log is %q", texts)
	}
	if lines := logs(t, web, everything); len(lines) != 1 || lines[0].Text != "the service" {
		t.Errorf("the service's log is %+v", lines)
	}
	for ref, phase := range map[stack.Ref]stack.Phase{web.Ref: stack.Running, run.Ref: stack.Exited} {
		d, err := dial(t).Inspect(soon(t), ref)
		if err != nil || d.Phase != phase || d.Ref != ref || d.OneOff != (ref.Run != "") {
			t.Errorf("%s is %s %+v, %v; want %s", ref, d.Phase, d.Ref, err, phase)
		}
	}
	for s, err := range dial(t).Watch(soon(t), web.Project) {
		if err != nil || len(s.Services) != 2 || s.Services[0].Ref != web.Ref || s.Services[1].Ref != run.Ref {
			t.Errorf("watched: %+v, %v", s.Services, err)
		}
		break
	}
}
