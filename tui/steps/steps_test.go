package steps

import (
	"strings"
	"testing"
	"time"

	"berth/stack"
)

func report(id, parent string, s stack.Status, log ...string) stack.Progress {
	return stack.Progress{ID: id, Parent: parent, Action: stack.ActBuild, Status: s, Subject: id, Log: log}
}

func TestItemsAreATreeOfWhatWasReportedLast(t *testing.T) {
	var l Log
	for _, p := range []stack.Progress{
		report("build", "", stack.Working),
		report("1", "build", stack.Working, "a"),
		{ID: "create", Action: stack.ActCreate, Status: stack.Working, Subject: "create"},
		report("2", "build", stack.Cached),
		report("1", "build", stack.Done, "b"),
		{ID: "note", Action: stack.ActNote, Status: stack.Done},
	} {
		l.Add(p)
	}
	var got strings.Builder
	for _, r := range l.Tree() {
		got.WriteString(strings.Repeat("-", r.Depth) + r.ID + ":" + string(r.Status) + strings.Join(r.Output, "") + " ")
	}
	if want := "build:working -1:doneab -2:cached create:working note:done "; got.String() != want {
		t.Errorf("got  %s\nwant %s", got.String(), want)
	}
	if over, total := l.Count(); over != 2 || total != 3 {
		t.Errorf("%d of %d steps; want 2 of 3: neither the build they are part of nor the note is one", over, total)
	}
	if now := l.Current(); now == nil || now.ID != "create" {
		t.Errorf("current is %v, want create", now)
	}
}

func TestALoopOfParentsEnds(t *testing.T) {
	var l Log
	l.Add(report("a", "b", stack.Working))
	l.Add(report("b", "a", stack.Working))
	l.Add(report("c", "c", stack.Working))
	if got := len(l.Tree()); got > 3 {
		t.Errorf("%d rows of 3 items", got)
	}
}

func TestTheInnermostFailureIsNamed(t *testing.T) {
	var l Log
	l.Add(report("step", "build", stack.Failed))
	l.Add(report("build", "", stack.Failed))
	l.Add(report("step", "build", stack.Failed))
	if f := l.Failed(); f == nil || f.ID != "step" {
		t.Errorf("failed is %v, want step", f)
	}
}

func TestOutputIsBoundedAndWhatIsLostCounted(t *testing.T) {
	var l Log
	for range 3 {
		l.Add(report("1", "", stack.Working, make([]string, KeepLog/2+1)...))
	}
	i := l.Tree()[0]
	if len(i.Output) != KeepLog || i.Lost != KeepLog/2+3 {
		t.Errorf("%d kept, %d lost", len(i.Output), i.Lost)
	}
}

func TestReportsThatWaitAreMergedButEndsAreKept(t *testing.T) {
	var pending []stack.Progress
	dropped := 0
	for _, p := range []stack.Progress{
		report("1", "", stack.Working, "a"),
		report("2", "", stack.Working),
		report("1", "", stack.Working, "b"),
		report("1", "", stack.Failed, "c"),
		report("1", "", stack.Working, "again"),
	} {
		var n int
		pending, n = Merge(pending, p)
		dropped += n
	}
	if len(pending) != 3 || dropped != 0 {
		t.Fatalf("%d reports wait, %d dropped: want the failure, the other item, and what came after", len(pending), dropped)
	}
	if p := pending[0]; p.Status != stack.Failed || strings.Join(p.Log, "") != "abc" {
		t.Errorf("the failure is %s with output %v", p.Status, p.Log)
	}
}

// BuildKit reports steps again, after their end too: when they began stays.
func TestAnItemBeganWhenItWasFirstHeardOf(t *testing.T) {
	at := time.Unix(1000, 0)
	var l Log
	for n, s := range []stack.Status{stack.Working, stack.Done, stack.Done} {
		l.Add(stack.Progress{ID: "1", Status: s, At: at.Add(time.Duration(n) * time.Second), Elapsed: 200 * time.Millisecond})
	}
	if got := l.Tree()[0].Began; !got.Equal(at.Add(-200 * time.Millisecond)) {
		t.Errorf("it began at %v", got)
	}
}

func TestARunningItemAges(t *testing.T) {
	at := time.Unix(1000, 0)
	i := Item{Progress: stack.Progress{At: at, Elapsed: time.Second, Status: stack.Working}}
	if got := i.Age(at.Add(2 * time.Second)); got != 3*time.Second {
		t.Errorf("after two more seconds it took %v", got)
	}
	i.Status = stack.Done
	if got := i.Age(at.Add(2 * time.Second)); got != time.Second {
		t.Errorf("it took %v, though it was over after a second", got)
	}
}
