package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/stack"
)

func builds(t *testing.T) *Builds {
	t.Helper()
	b, err := OpenBuilds(filepath.Join(t.TempDir(), "builds"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func remember(t *testing.T, b *Builds, all ...stack.Build) {
	t.Helper()
	for _, r := range all {
		if err := b.Save(r); err != nil {
			t.Fatal(err)
		}
	}
}

func listed(t *testing.T, b *Builds, project, service string) []stack.Build {
	t.Helper()
	all, err := b.List(project, service)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestTheLastBuildsOfEachServiceAreKept(t *testing.T) {
	b := builds(t)
	b.most = 3
	for n := range 5 {
		remember(t, b, stack.Build{Project: "p", Service: "api", Took: time.Duration(n)})
	}
	remember(t, b, stack.Build{Project: "p", Service: "other"}, stack.Build{Project: "q", Service: "api"})
	all := listed(t, b, "p", "api")
	if len(all) != 3 || all[0].Took != 4 || all[2].Took != 2 {
		t.Errorf("kept are %+v, want the newest three, newest first", all)
	}
	if n := len(listed(t, b, "p", "")); n != 4 {
		t.Errorf("of the project there are %d, want 4", n)
	}
	b.bytes = 300
	remember(t, b, stack.Build{Project: "p", Service: "large", Error: strings.Repeat("x", 1000)})
	if all := listed(t, b, "p", ""); len(all) != 1 || all[0].Service != "large" {
		t.Errorf("beyond the bytes %d are kept, want the newest alone", len(all))
	}
}

func TestTwoBerthsLoseNoBuild(t *testing.T) {
	one := builds(t)
	two, err := OpenBuilds(one.dir)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := range 20 {
		b := []*Builds{one, two}[n%2]
		wg.Go(func() {
			if err := b.Save(stack.Build{Project: "p", Service: fmt.Sprint("s", n)}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(listed(t, one, "p", "")); n != 20 {
		t.Errorf("of 20 builds %d are there", n)
	}
}

func TestBuildsThatCannotBeReadAreSetAside(t *testing.T) {
	b := builds(t)
	remember(t, b, stack.Build{Project: "p", Service: "api"})
	f, err := os.OpenFile(b.file("p"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("{not JSON\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	all, err := b.List("p", "api")
	if len(all) != 1 || err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%d builds and the error %v, want the one before it, and where", len(all), err)
	}
	remember(t, b, stack.Build{Project: "p", Service: "api"})
	if n := len(listed(t, b, "p", "api")); n != 2 {
		t.Errorf("after the next one there are %d, want both", n)
	}
	if aside, _ := filepath.Glob(b.file("p") + ".broken-*"); len(aside) != 1 {
		t.Errorf("set aside are %q", aside)
	}
}
