package dockerops

import (
	"maps"
	"slices"
	"strings"
	"time"

	bk "github.com/moby/buildkit/client"

	"berth/stack"
)

// tailLines is how many of a failed step's last lines an error carries.
const tailLines = 20

// vertex is one step of a build while it goes on.
type vertex struct {
	item  stack.Progress
	begun bool
	// BuildKit may stop and start a vertex again; spans holds how long each
	// run took, by when it started on the Engine's clock.
	spans map[time.Time]time.Duration
	since time.Time // when the present run was first seen, on ours
	out   map[int]*lines
	moved map[string]*bk.VertexStatus
	tail  []string
}

// update takes over what BuildKit says of the vertex.
func (v *vertex) update(u *bk.Vertex, now time.Time) {
	v.item.Subject = u.Name
	if u.Started == nil {
		// Planned, or never run because a later step was cached.
		if u.Cached {
			v.begun, v.item.Status = true, stack.Cached
		}
		return
	}
	v.begun = true
	if u.Completed == nil {
		if v.since.IsZero() {
			v.since = now
		}
		v.item.Status = stack.Working
		return
	}
	v.spans[*u.Started] = u.Completed.Sub(*u.Started)
	v.since = time.Time{}
	v.flush()
	v.item.Text = ""
	switch {
	case strings.Contains(u.Error, "context canceled"):
		v.item.Status = stack.Cancelled
	case u.Error != "":
		v.item.Status, v.item.Text = stack.Failed, engineWords(u.Error)
	case u.Cached:
		v.item.Status = stack.Cached
	default:
		v.item.Status = stack.Done
	}
}

// transfer takes over what a step moves: its item says what, and how much of
// all it moved. One part of unknown size makes the whole unknown.
func (v *vertex) transfer(u *bk.VertexStatus) {
	v.moved[u.ID] = u
	v.item.Current, v.item.Total = 0, 0
	known := true
	for _, m := range v.moved {
		v.item.Current += m.Current
		v.item.Total += m.Total
		known = known && (m.Total > 0 || m.Current == 0)
	}
	if !known {
		v.item.Total = 0
	}
	if v.item.Status == stack.Working {
		v.item.Text = strings.TrimSuffix(u.ID, ":") // "transferring context:"
		if !strings.HasPrefix(u.ID, u.Name) {
			v.item.Text = u.Name + " " + v.item.Text // "extracting sha256:…"
		}
	}
}

// print takes over a piece of output.
func (v *vertex) print(stream int, piece []byte) {
	if v.out[stream] == nil {
		v.out[stream] = &lines{}
	}
	v.log(v.out[stream].add(piece))
}

// flush lets out what lacks its end of line.
func (v *vertex) flush() {
	for _, stream := range slices.Sorted(maps.Keys(v.out)) {
		v.log(v.out[stream].flush())
	}
}

func (v *vertex) log(whole []string) {
	v.item.Log = append(v.item.Log, whole...)
	v.tail = append(v.tail, whole...)
	v.tail = v.tail[max(0, len(v.tail)-tailLines):]
}

// report is the vertex as it is now, with the output since the last report.
func (v *vertex) report(now time.Time) stack.Progress {
	v.item.At, v.item.Elapsed = now, 0
	for _, d := range v.spans {
		v.item.Elapsed += d
	}
	if !v.since.IsZero() {
		v.item.Elapsed += now.Sub(v.since)
	}
	p := v.item
	v.item.Log = nil
	return p
}
