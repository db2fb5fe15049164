package dockerops

import (
	"net/http"
	"sync"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/compose"
	"berth/stack"
)

// Looking when there is nothing to do is what `up` costs most of the time: one
// request to get to know the Engine, one for each kind, and no more.
func TestObserveIsFourRequests(t *testing.T) {
	var mu sync.Mutex
	var asked []string
	e := fakeEngine(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked = append(asked, r.URL.Path)
		mu.Unlock()
		engineAPI(func(w http.ResponseWriter, _ *http.Request, path string) {
			switch path {
			case "/containers/json":
				answer(w, []map[string]any{{"Id": "c", "Names": []string{"/p-s-1"}, "State": "exited", "Status": "Exited (3) 1 hour ago", "Labels": map[string]string{labelService: "s", labelNumber: "1"}}})
			case "/networks":
				answer(w, []map[string]any{{"Id": "n", "Name": "p_default", "Labels": map[string]string{labelProject: "p", labelNetwork: "default"}}, {"Id": "o", "Name": "bridge"}})
			case "/volumes":
				answer(w, map[string]any{"Volumes": []map[string]any{{"Name": "p_data", "Labels": map[string]string{labelProject: "p", labelVolume: "data"}}}})
			}
		}).ServeHTTP(w, r)
	}))
	model := &types.Project{Networks: types.Networks{"default": {Name: "p_default"}}, Volumes: types.Volumes{"data": {Name: "p_data"}}}
	o, err := e.Observe(t.Context(), &compose.Project{Name: "p", Model: model})
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Containers) != 1 || o.Containers[0].ExitCode != 3 || o.Containers[0].Name != "p-s-1" || len(o.Networks) != 1 || len(o.Volumes) != 1 {
		t.Errorf("observed %+v", o)
	}
	if len(asked) != 4 {
		t.Errorf("asked for %q", asked)
	}
}

func TestStatusText(t *testing.T) {
	for text, want := range map[string]struct {
		health stack.Health
		exit   int
	}{
		"Up 2 minutes":                       {},
		"Up 2 minutes (healthy)":             {health: stack.Healthy},
		"Up About an hour (unhealthy)":       {health: stack.Unhealthy},
		"Up 1 second (health: starting)":     {health: stack.HealthStarting},
		"Up 5 seconds (Paused)":              {},
		"Exited (137) 3 hours ago":           {exit: 137},
		"Exited (0) Less than a second ago":  {},
		"Restarting (1) 2 seconds ago":       {exit: 1},
		"Created":                            {},
		"Dead":                               {},
		"":                                   {},
		"Exited (99999999999999999999) once": {exit: -1},
	} {
		if health, exit := statusText(text); health != want.health || exit != want.exit {
			t.Errorf("%q: %q, %d", text, health, exit)
		}
	}
}

func TestPortOf(t *testing.T) {
	// The Engine's words, from 20.10, 20.10 and 26 (a process), 28.
	for words, want := range map[string]uint16{
		"driver failed programming external connectivity on endpoint x (0a): Bind for 0.0.0.0:18120 failed: port is already allocated":                                                 18120,
		"driver failed programming external connectivity on endpoint x (0a): Error starting userland proxy: listen tcp4 127.0.0.1:8000: bind: address already in use":                  8000,
		"Error starting userland proxy: listen tcp6 [::]:8000: bind: address already in use":                                                                                           8000,
		"failed to set up container networking: driver failed programming external connectivity on endpoint x (0a): failed to bind host port 0.0.0.0:8080/tcp: address already in use": 8080,
		"failed to bind host port for 127.0.0.1:8080:172.17.0.2:80/tcp: address already in use":                                                                                        8080,
	} {
		if got, ok := portOf(words); !ok || got != want {
			t.Errorf("%s: %d, %t", words, got, ok)
		}
	}
	if _, ok := portOf("no space left on device"); ok {
		t.Error("found a port where there is none")
	}
}

func TestShortFirst(t *testing.T) {
	for words, want := range map[string]string{
		"":                        "",
		"no space left on device": "no space left on device",
		"driver failed programming external connectivity on endpoint x (0a): Bind for 0.0.0.0:18120 failed: port is already allocated":                                                  "port 18120 is taken (driver failed programming external connectivity on endpoint x (0a): Bind for 0.0.0.0:18120 failed: port is already allocated)",
		"failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"/nope\": stat /nope: no such file or directory: unknown": "exec: \"/nope\": stat /nope: no such file or directory (failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process)",
	} {
		if got := shortFirst(words); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", words, got, want)
		}
	}
}
