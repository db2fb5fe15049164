package dockerops

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"berth/stack"
)

// scripted is an Engine with some containers, which can break.
type scripted struct {
	mu     sync.Mutex
	up     bool
	phases map[string]string // ID → status
	events chan string       // raw JSON; "cut" breaks the stream
	past   []string          // raw JSON of what happened before
	slow   time.Duration     // that listing takes

	inspections atomic.Int64
}

func (s *scripted) set(id, phase string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.phases[id] = phase
}

func (s *scripted) power(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.up = on
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	up := s.up
	s.mu.Unlock()
	if !up {
		w.WriteHeader(refused)
		return
	}
	engineAPI(s.answer).ServeHTTP(w, r)
}

func (s *scripted) answer(w http.ResponseWriter, r *http.Request, path string) {
	switch {
	case path == "/events" && r.URL.Query().Has("until"): // of the past only
		for _, e := range s.past {
			if _, err := fmt.Fprintln(w, e); err != nil {
				return
			}
		}
	case path == "/events":
		w.WriteHeader(http.StatusOK)
		for {
			select {
			case e := <-s.events:
				if e == "cut" {
					panic(http.ErrAbortHandler)
				}
				if _, err := fmt.Fprintln(w, e); err != nil {
					return
				}
			case <-r.Context().Done():
				return
			}
		}
	case path == "/containers/json":
		time.Sleep(s.slow)
		s.mu.Lock()
		defer s.mu.Unlock()
		list := []map[string]any{}
		for id := range s.phases {
			list = append(list, map[string]any{"Id": id})
		}
		answer(w, list)
	case strings.HasPrefix(path, "/containers/"):
		s.inspections.Add(1)
		id := strings.Split(path, "/")[2]
		s.mu.Lock()
		defer s.mu.Unlock()
		phase, ok := s.phases[id]
		if !ok {
			notFound(w)
			return
		}
		answer(w, map[string]any{
			"Id": id, "Name": "/" + id, "State": map[string]any{"Status": phase},
			"Config": map[string]any{"Labels": map[string]string{labelProject: "p", labelService: id, labelNumber: "1"}},
		})
	}
}

func (s *scripted) event(id string) {
	s.events <- fmt.Sprintf(`{"Type":"container","Action":"start","Actor":{"ID":%q}}`, id)
}

// follow watches in the background; the snapshots come through the channel.
func follow(t *testing.T, s *scripted) <-chan stack.Snapshot {
	ctx, cancel := context.WithCancel(t.Context())
	shown := make(chan stack.Snapshot)
	done := make(chan struct{})
	e := fakeEngine(t, s)
	go func() {
		defer close(done)
		for snapshot, err := range e.Watch(ctx, "p") {
			if err != nil {
				t.Error(err)
			}
			select {
			case shown <- snapshot:
			case <-ctx.Done():
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return shown
}

func TestWatchComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{up: true, phases: map[string]string{"a": "running"}, events: make(chan string)}
		shown := follow(t, s)
		if first := <-shown; first.Down != "" || len(first.Services) != 1 || first.Engine.Version != "20.10.24" {
			t.Fatalf("first: %+v", first)
		}
		s.power(false)
		s.events <- "cut"
		var last stack.Snapshot
		for range 8 {
			last = <-shown
			if last.Down == "" || !last.Retry.After(last.At) || last.Retry.Sub(last.At) > lastRetry*5/4 {
				t.Fatalf("without an Engine: %+v", last)
			}
			if len(last.Services) != 1 {
				t.Fatalf("what was last known is lost: %+v", last)
			}
		}
		if last.Retry.Sub(last.At) < lastRetry*3/4 {
			t.Errorf("after eight attempts it waits %s", last.Retry.Sub(last.At))
		}
		s.set("a", "exited") // while nobody could see it
		s.power(true)
		if back := <-shown; back.Down != "" || back.Services[0].Phase != stack.Exited {
			t.Errorf("after it came back: %+v", back)
		}
	})
}

func TestWatchGathersBursts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{up: true, phases: map[string]string{"a": "running", "b": "running"}, events: make(chan string)}
		shown := follow(t, s)
		<-shown
		before := s.inspections.Load()
		s.set("a", "exited")
		for range 100 {
			s.event("a")
		}
		if next := <-shown; next.Services[0].Phase != stack.Exited || next.Services[1].Phase != stack.Running {
			t.Errorf("got %+v", next.Services)
		}
		synctest.Wait()
		if n := s.inspections.Load() - before; n != 1 {
			t.Errorf("%d inspections for one burst about one container", n)
		}
	})
}

// An Engine that accepts the connection and never answers counts as down.
func TestWatchDoesNotWaitForever(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := fakeEngine(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		began := time.Now()
		for s := range e.Watch(t.Context(), "p") {
			if !strings.Contains(s.Down, "no answer within") || time.Since(began) != answerWithin {
				t.Errorf("after %s: %+v", time.Since(began), s)
			}
			break
		}
	})
}

// Podman's health events carry no labels: all events are asked for there, and
// those of other projects show nothing.
func TestWatchOnPodman(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &scripted{up: true, phases: map[string]string{"a": "running"}, events: make(chan string)}
		var filters string
		e := fakeEngine(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch {
			case strings.HasSuffix(r.URL.Path, "/_ping"):
				w.Header().Set("Libpod-API-Version", "5.4.2") // as podman 4.3.1 does, too
				s.ServeHTTP(w, r)
			case strings.HasSuffix(r.URL.Path, "/containers/foreign/json"):
				answer(w, map[string]any{"Id": "foreign", "Config": map[string]any{"Labels": map[string]string{labelProject: "other"}}})
			default:
				if f := r.URL.Query().Get("filters"); strings.HasSuffix(r.URL.Path, "/events") && !r.URL.Query().Has("until") {
					filters = f
				}
				s.ServeHTTP(w, r)
			}
		}))
		for shown := range e.Watch(t.Context(), "p") {
			if len(shown.Services) != 1 {
				t.Fatalf("got %+v", shown.Services)
			}
			if shown.Services[0].Phase == stack.Exited {
				break
			}
			go s.event("foreign")
			time.AfterFunc(time.Minute, func() { // of the bubble
				s.set("a", "exited")
				s.event("a")
			})
		}
		if strings.Contains(filters, labelProject) {
			t.Errorf("asked for %s", filters)
		}
	})
}
