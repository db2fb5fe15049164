package dockerops

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	bk "github.com/moby/buildkit/client"
	"github.com/opencontainers/go-digest"

	"berth/stack"
)

// Points in time on the Engine's clock, which is an hour ahead of ours.
var (
	ours    = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	engines = ours.Add(time.Hour)
)

func at(seconds int) *time.Time {
	t := engines.Add(time.Duration(seconds) * time.Second)
	return &t
}

func step(id string, started, completed *time.Time, change ...func(*bk.Vertex)) *bk.SolveStatus {
	v := &bk.Vertex{Digest: digest.Digest(id), Name: "step " + id, Started: started, Completed: completed}
	for _, c := range change {
		c(v)
	}
	return &bk.SolveStatus{Vertexes: []*bk.Vertex{v}}
}

func cached(v *bk.Vertex)                       { v.Cached = true }
func failing(message string) func(v *bk.Vertex) { return func(v *bk.Vertex) { v.Error = message } }
func said(id string, stream int, text string) *bk.SolveStatus {
	return &bk.SolveStatus{Logs: []*bk.VertexLog{{Vertex: digest.Digest(id), Stream: stream, Data: []byte(text)}}}
}

func moved(id, what string, current, total int64) *bk.SolveStatus {
	return &bk.SolveStatus{Statuses: []*bk.VertexStatus{{ID: what, Vertex: digest.Digest(id), Current: current, Total: total}}}
}

// TestBuildFold folds messages, a second apart on our clock, and reads the
// reports as lines: id, status, elapsed, bytes, text, output.
func TestBuildFold(t *testing.T) {
	for name, c := range map[string]struct {
		messages []*bk.SolveStatus
		want     []string
	}{
		"planned is not begun": {
			messages: []*bk.SolveStatus{step("a", nil, nil)},
		},
		"done, timed by the Engine's clock": {
			messages: []*bk.SolveStatus{step("a", at(0), nil), step("a", at(0), at(7))},
			want:     []string{"a working 0s", "a done 7s"},
		},
		"working, timed by ours": {
			messages: []*bk.SolveStatus{step("a", at(0), nil), said("a", 1, "x\n"), step("a", at(0), at(2))},
			want:     []string{"a working 0s", "a working 1s > x", "a done 2s"},
		},
		"cached": {
			messages: []*bk.SolveStatus{step("a", at(0), at(0), cached)},
			want:     []string{"a cached 0s"},
		},
		"failed": {
			messages: []*bk.SolveStatus{step("a", at(0), nil), step("a", at(0), at(1), failing("failed to solve: rpc error: code = Unknown desc = boom"))},
			want:     []string{"a working 0s", "a failed 1s boom"},
		},
		"cancelled by BuildKit": {
			messages: []*bk.SolveStatus{step("a", at(0), at(1), failing("executor failed running [sh]: context canceled"))},
			want:     []string{"a cancelled 1s"},
		},
		"never ended": {
			messages: []*bk.SolveStatus{step("a", at(0), nil), step("b", at(0), at(1))},
			want:     []string{"a working 0s", "b done 1s", "a cancelled 2s"},
		},
		"run twice, both count": {
			messages: []*bk.SolveStatus{step("a", at(0), at(2)), step("a", at(5), nil), step("a", at(5), at(6))},
			want:     []string{"a done 2s", "a working 2s", "a done 3s"},
		},
		"lines across messages, by stream": {
			messages: []*bk.SolveStatus{step("a", at(0), nil), said("a", 1, "on"), said("a", 2, "err\n"), said("a", 1, "e\r\ntwo\nrest"), step("a", at(0), at(1))},
			want:     []string{"a working 0s", "a working 1s", "a working 2s > err", "a working 3s > one > two", "a done 1s > rest"},
		},
		"output after the end": {
			messages: []*bk.SolveStatus{step("a", at(0), at(1)), said("a", 1, "late\nlater")},
			want:     []string{"a done 1s", "a done 1s > late", "a done 1s > later"},
		},
		"output of a step that never began": {
			messages: []*bk.SolveStatus{said("a", 1, "x\n")},
			want:     []string{"a cancelled 0s > x"},
		},
		"bytes of several parts": {
			messages: []*bk.SolveStatus{step("a", at(0), nil), moved("a", "sha256:1", 5, 10), moved("a", "sha256:2", 1, 30), step("a", at(0), at(1))},
			want:     []string{"a working 0s", "a working 1s 5/10 sha256:1", "a working 2s 6/40 sha256:2", "a done 1s 6/40"},
		},
		"bytes of unknown size": {
			messages: []*bk.SolveStatus{step("a", at(0), nil), moved("a", "sha256:1", 5, 10), moved("a", "transferring context:", 7, 0)},
			want:     []string{"a working 0s", "a working 1s 5/10 sha256:1", "a working 2s 12/0 transferring context", "a cancelled 3s 12/0"},
		},
		"warnings": {
			messages: []*bk.SolveStatus{{Warnings: []*bk.VertexWarning{{Short: []byte("careful"), Detail: [][]byte{[]byte("a\nb")}, URL: "https://x"}}}},
			want:     []string{"warning 1 warning 0s > a > b > https://x"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newBuildFold(stack.Progress{ID: "build api", Service: "api", Action: stack.ActBuild})
			clock := ours
			f.now = func() time.Time { return clock }
			var got []string
			keep := func(reports []stack.Progress) {
				for _, p := range reports {
					if p.Parent != "build api" || p.Service != "api" || p.Action != stack.ActBuild || p.At != clock {
						t.Errorf("incomplete report %+v", p)
					}
					got = append(got, line(p))
				}
			}
			for _, m := range c.messages {
				keep(f.add(m))
				clock = clock.Add(time.Second)
			}
			keep(f.finish())
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

func line(p stack.Progress) string {
	s := fmt.Sprintf("%s %s %s", strings.TrimPrefix(p.ID, "build api "), p.Status, p.Elapsed)
	if p.Current != 0 || p.Total != 0 {
		s += fmt.Sprintf(" %d/%d", p.Current, p.Total)
	}
	if p.Text != "" {
		s += " " + p.Text
	}
	for _, l := range p.Log {
		s += " > " + l
	}
	return s
}

func TestBuildFoldFailed(t *testing.T) {
	f := newBuildFold(stack.Progress{})
	f.add(step("a", at(0), at(1), failing("context canceled")))
	if f.failed() != nil {
		t.Error("a cancelled step counts as failed")
	}
	f.add(said("b", 1, strings.Repeat("x\n", 30)+"end"))
	f.add(step("b", at(0), at(1), failing("exit code: 1")))
	v := f.failed()
	if v == nil || v.item.Subject != "step b" {
		t.Fatalf("failed at %v, want step b", v)
	}
	if len(v.tail) != tailLines || v.tail[tailLines-1] != "end" {
		t.Errorf("its last lines are %q, want %d that end in the unfinished one", v.tail, tailLines)
	}
}

func TestLinesBound(t *testing.T) {
	var l lines
	got := l.add([]byte(strings.Repeat("a", maxLine) + "b\nc"))
	got = append(got, l.flush()...)
	if want := []string{strings.Repeat("a", maxLine), "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("an overlong line was cut into %d pieces, want %d", len(got), len(want))
	}
}

// Whatever the pieces, the lines are those of the whole.
func FuzzLines(f *testing.F) {
	f.Add([]byte("one\ntwo\r\n\nrest"), 3)
	f.Add([]byte("\n\r\n\r"), 1)
	f.Fuzz(func(t *testing.T, stream []byte, size int) {
		size = max(1, size)
		var l lines
		var got []string
		for piece := range slices.Chunk(stream, size) {
			got = append(got, l.add(piece)...)
		}
		got = append(got, l.flush()...)
		want := strings.Split(string(stream), "\n")
		for i := range want[:len(want)-1] {
			want[i] = strings.TrimSuffix(want[i], "\r")
		}
		if want[len(want)-1] == "" {
			want = want[:len(want)-1]
		}
		if len(stream) < maxLine && !slices.Equal(got, want) {
			t.Errorf("%q in pieces of %d gave %q, want %q", stream, size, got, want)
		}
	})
}
