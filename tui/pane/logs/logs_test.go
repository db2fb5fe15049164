package logs

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"berth/logbook"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/theme"
)

// What waits for a frame is bounded in bytes too: a service may print long
// lines faster than they are taken.
func TestWhatWaitsForAFrameIsBounded(t *testing.T) {
	const lines, bytes = 1000, 10_000
	fold := newest(lines, bytes)
	var pending []stack.LogLine
	lost := 0
	for n := range 5000 {
		text := strings.Repeat("x", n%700)
		if n%1500 == 0 {
			text = strings.Repeat("y", 2*bytes) // one that alone is too much is kept
		}
		kept, dropped := fold(pending, stack.LogLine{Text: text})
		pending, lost = kept, lost+dropped
		size := 0
		for _, l := range pending {
			size += len(l.Text)
		}
		if size > bytes && len(pending) > 1 || len(pending) > lines || pending[len(pending)-1].Text != text {
			t.Fatalf("after line %d: %d lines of %d bytes wait", n, len(pending), size)
		}
		if n%2000 == 1999 { // a frame takes them
			lost += len(pending)
			pending = nil
		}
	}
	if lost+len(pending) != 5000 {
		t.Errorf("%d lines of 5000 are counted", lost+len(pending))
	}
}

// Marks, and what was unfolded, go with their lines.
func TestWhatIsDroppedIsForgotten(t *testing.T) {
	g := feed.NewGroup(t.Context())
	defer g.Close(time.Minute)
	p := New(g, nil, Settings{Lines: 10})
	p.Resize(80, 20)
	p.Restyle(theme.New(true))
	ref := stack.Ref{Service: "api", Number: 1}
	s := &source{stream: feed.Open(g, feed.Latest[stack.LogLine]())}
	p.sources[ref] = s
	for n := range 100 {
		p.Update(feed.Batch[stack.LogLine]{From: s.stream, Items: []stack.LogLine{{Ref: ref, Text: fmt.Sprint(n)}}})
		last, _ := p.book.View(logbook.Filter{}).Prev(logbook.End())
		p.marks[last], p.unfolded[last] = true, true
	}
	if len(p.marks) > 10 || len(p.unfolded) > 10 {
		t.Errorf("%d marks and %d unfolded lines of 10 are kept", len(p.marks), len(p.unfolded))
	}
}
