package dockerops

import (
	"fmt"
	"strings"
	"time"

	bk "github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"

	"berth/stack"
)

// buildFold turns BuildKit's status messages into Progress: one item for each
// vertex that was begun, a part of the build's own item, and one for each
// warning. It is not safe for concurrent use.
type buildFold struct {
	parent   stack.Progress // the build's own item
	now      func() time.Time
	vertices map[digest.Digest]*vertex
	order    []*vertex // as BuildKit named them
	warnings int
}

func newBuildFold(parent stack.Progress) *buildFold {
	return &buildFold{parent: parent, now: time.Now, vertices: map[digest.Digest]*vertex{}}
}

// add folds one message. Each vertex that it touches gives one report.
func (f *buildFold) add(s *bk.SolveStatus) []stack.Progress {
	touched := map[*vertex]bool{}
	for _, u := range s.Vertexes {
		v := f.vertex(u.Digest)
		v.update(u, f.now())
		touched[v] = true
	}
	for _, u := range s.Statuses {
		v := f.vertex(u.Vertex)
		v.transfer(u)
		touched[v] = true
	}
	for _, l := range s.Logs {
		v := f.vertex(l.Vertex)
		v.print(l.Stream, l.Data)
		touched[v] = true
	}
	var out []stack.Progress
	for _, v := range f.order {
		if touched[v] && v.begun {
			out = append(out, v.report(f.now()))
		}
	}
	for _, w := range s.Warnings {
		out = append(out, f.warning(w))
	}
	return out
}

// finish is called when no more messages come: output that lacks its end of
// line is let out, and what never ended was cancelled.
func (f *buildFold) finish() []stack.Progress {
	var out []stack.Progress
	for _, v := range f.order {
		v.flush()
		if len(v.item.Log) == 0 && (!v.begun || v.item.Status.Final()) {
			continue
		}
		if !v.item.Status.Final() {
			v.item.Status, v.item.Text = stack.Cancelled, ""
		}
		out = append(out, v.report(f.now()))
	}
	return out
}

// failed is the vertex that the build failed at; nil when there is none.
func (f *buildFold) failed() *vertex {
	for _, v := range f.order {
		if v.item.Status == stack.Failed {
			return v
		}
	}
	return nil
}

// vertex finds or makes the state of one.
func (f *buildFold) vertex(id digest.Digest) *vertex {
	v, ok := f.vertices[id]
	if !ok {
		item := f.parent
		item.ID, item.Parent = f.parent.ID+" "+id.String(), f.parent.ID
		item.Status, item.Subject, item.Text = stack.Working, id.String(), ""
		v = &vertex{item: item, spans: map[time.Time]time.Duration{}, out: map[int]*lines{}, moved: map[string]*bk.VertexStatus{}}
		f.vertices[id] = v
		f.order = append(f.order, v)
	}
	return v
}

func (f *buildFold) warning(w *bk.VertexWarning) stack.Progress {
	f.warnings++
	item := f.parent
	item.ID, item.Parent = fmt.Sprintf("%s warning %d", f.parent.ID, f.warnings), f.parent.ID
	item.At, item.Status, item.Subject, item.Text = f.now(), stack.Warning, string(w.Short), ""
	if len(w.Range) > 0 && w.SourceInfo != nil {
		item.Text = fmt.Sprintf("%s:%d", w.SourceInfo.GetFilename(), w.Range[0].GetStart().GetLine())
	}
	for _, d := range w.Detail {
		item.Log = append(item.Log, strings.Split(strings.TrimRight(string(d), "\n"), "\n")...)
	}
	if w.URL != "" {
		item.Log = append(item.Log, w.URL)
	}
	return item
}
