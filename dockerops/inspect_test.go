package dockerops

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"berth/stack"
)

// Where a health check comes from is told by comparing with the image's, also
// when that is gone.
func TestCheckOrigin(t *testing.T) {
	role := stack.Ref{Project: "p", Service: "s", Number: 1}
	for name, c := range map[string]struct {
		image   map[string]any // its health check; nil: the image is gone
		want    string
		retimed bool
	}{
		"the image's":      {image: map[string]any{"Test": []string{"CMD", "true"}, "Interval": 1e9}, want: "image"},
		"retimed by file":  {image: map[string]any{"Test": []string{"CMD", "true"}, "Interval": 5e9}, want: "image", retimed: true},
		"replaced by file": {image: map[string]any{"Test": []string{"CMD", "false"}, "Interval": 1e9}, want: "compose"},
		"given by file":    {image: map[string]any{}, want: "compose"},
		"no image":         {want: ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := fakeEngine(t, engineAPI(func(w http.ResponseWriter, _ *http.Request, path string) {
				switch path {
				case "/containers/json":
					answer(w, []map[string]any{{"Id": "c"}})
				case "/containers/c/json":
					answer(w, map[string]any{"Id": "c", "Image": "i", "State": map[string]any{"Status": "running"}, "Config": map[string]any{
						"Healthcheck": map[string]any{"Test": []string{"CMD", "true"}, "Interval": 1e9},
					}})
				default:
					if c.image == nil {
						notFound(w)
						return
					}
					answer(w, map[string]any{"Id": "i", "Config": map[string]any{"Healthcheck": c.image}})
				}
			}))
			d, err := e.Inspect(t.Context(), role)
			if err != nil {
				t.Fatal(err)
			}
			if d.Check == nil || d.Check.Origin != c.want || d.Check.Retimed != c.retimed {
				t.Errorf("got %+v", d.Check)
			}
		})
	}
}

// The start interval came with API 1.44 and is five seconds when nobody sets it;
// older Engines have none (their probes come at the interval only).
func TestStartInterval(t *testing.T) {
	for api, want := range map[string]time.Duration{"1.41": 0, "1.44": defaultStartInterval} {
		inner := engineAPI(func(w http.ResponseWriter, _ *http.Request, path string) {
			switch path {
			case "/containers/json":
				answer(w, []map[string]any{{"Id": "c"}})
			case "/containers/c/json":
				answer(w, map[string]any{"Id": "c", "State": map[string]any{"Status": "running"}, "Config": map[string]any{
					"Healthcheck": map[string]any{"Test": []string{"CMD", "true"}, "StartPeriod": 60e9},
				}})
			default:
				notFound(w)
			}
		})
		e := fakeEngine(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/_ping") {
				w.Header().Set("Api-Version", api)
				return
			}
			inner.ServeHTTP(w, r)
		}))
		d, err := e.Inspect(t.Context(), stack.Ref{Project: "p", Service: "s", Number: 1})
		if err != nil {
			t.Fatal(err)
		}
		if d.Check == nil || d.Check.StartInterval != want {
			t.Errorf("API %s: %+v, want a start interval of %v", api, d.Check, want)
		}
	}
}

// A container that goes between the list and the look is none.
func TestInspectWhatIsRemovedMeanwhile(t *testing.T) {
	e := fakeEngine(t, engineAPI(func(w http.ResponseWriter, _ *http.Request, path string) {
		if path == "/containers/json" {
			answer(w, []map[string]any{{"Id": "c"}})
			return
		}
		notFound(w)
	}))
	if _, err := e.Inspect(t.Context(), stack.Ref{Project: "p", Service: "s", Number: 1}); !errors.Is(err, ErrNoContainer) {
		t.Errorf("got %v", err)
	}
}
