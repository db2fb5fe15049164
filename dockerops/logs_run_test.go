package dockerops

import (
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
)

// A run has one before it in the same log when the container's last end was
// before its beginning; of one that is over that end is its own.
func TestARunKnowsOfTheOneBefore(t *testing.T) {
	const began, before, after = "2026-11-24T10:00:01Z", "2026-11-24T10:00:00Z", "2026-11-24T10:00:02Z"
	for name, c := range map[string]struct {
		state container.State
		seam  bool
	}{
		"the first":                      {container.State{Running: true, StartedAt: began, FinishedAt: "0001-01-01T00:00:00Z"}, false},
		"after another":                  {container.State{Running: true, StartedAt: began, FinishedAt: before}, true},
		"over":                           {container.State{StartedAt: began, FinishedAt: after}, false},
		"over before the daemon saw it":  {container.State{StartedAt: began, FinishedAt: before}, false},
		"not begun, of a made container": {container.State{StartedAt: "0001-01-01T00:00:00Z", FinishedAt: "0001-01-01T00:00:00Z"}, false},
	} {
		r := runOf(container.InspectResponse{ID: "x", State: &c.state})
		if got := !r.seam.IsZero(); got != c.seam {
			t.Errorf("%s: one before it: %v", name, got)
		}
		if c.seam && (r.seam.Before(r.began.Add(-time.Second)) || r.seam.After(r.began)) {
			t.Errorf("%s: the seam is at %v", name, r.seam)
		}
	}
}
