package dockerops

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/moby/moby/api/types/events"

	"berth/stack"
)

// What happened is remembered once, though a new stream begins with the same
// past, and a health check's own executions are nothing that happened.
func TestWatchKeepsTheLife(t *testing.T) {
	event := func(action string, at int, more string) string {
		return fmt.Sprintf(`{"Type":"container","Action":%q,"timeNano":%d,"Actor":{"ID":"a","Attributes":{"com.docker.compose.project":"p","com.docker.compose.service":"web","com.docker.compose.container-number":"1"%s}}}`, action, at*1e9, more)
	}
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{
			up: true, phases: map[string]string{"a": "running"}, events: make(chan string),
			past: []string{event("create", 1, ""), event("start", 2, ""), event("exec_start: curl", 3, ""), event("kill", 4, `,"signal":"15"`)},
		}
		e := fakeEngine(t, s)
		var got []string
		steps := []func(){
			func() { s.events <- event("die", 5, `,"exitCode":"143"`) },
			func() { s.events <- "cut" },
			nil, // the Engine is away
		}
		for shown := range e.Watch(t.Context(), "p") {
			got = nil
			for _, m := range shown.Services[0].Life {
				got = append(got, fmt.Sprintf("%d %s %d", m.At.Unix(), m.What, m.Signal+m.ExitCode))
			}
			if len(steps) == 0 {
				break
			}
			if steps[0] != nil {
				go steps[0]()
			}
			steps = steps[1:]
		}
		if want := "1 created 0, 2 started 0, 4 signal 15, 5 died 143"; strings.Join(got, ", ") != want {
			t.Errorf("got %s, want %s", strings.Join(got, ", "), want)
		}
	})
}

// The past is read beside the containers. Whose an event without labels is, such
// as podman's of health, they tell, though they come after it.
func TestThePastOfWhatIsListedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{
			up: true, phases: map[string]string{"a": "running"}, events: make(chan string), slow: time.Second,
			past: []string{`{"Type":"container","Action":"health_status: healthy","timeNano":1,"Actor":{"ID":"a"}}`},
		}
		shown := <-follow(t, s)
		if life := shown.Services[0].Life; len(life) != 1 || life[0].What != stack.CameHealthy {
			t.Errorf("its life: %v", life)
		}
	})
}

func TestEventsAsMoments(t *testing.T) {
	for action, want := range map[string]stack.Happening{
		"create": stack.WasCreated, "start": stack.WasStarted, "die": stack.HasDied, "died": stack.HasDied, "oom": stack.OutOfMemory,
		"health_status: healthy": stack.CameHealthy, "health_status: unhealthy": stack.CameUnhealthy, "health_status: starting": "",
		"destroy": stack.WasRemoved, "remove": stack.WasRemoved, "pause": stack.WasPaused, "unpause": stack.WasUnpaused,
		"stop": "", "restart": "", "exec_die": "", "rename": "",
	} {
		m, ok := momentOf(events.Message{Action: events.Action(action)})
		if ok != (want != "") || ok && m.What != want {
			t.Errorf("%s: %q, %v", action, m.What, ok)
		}
	}
}
