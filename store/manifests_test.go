package store

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

type listing struct{ Files []string }

func manifests(t *testing.T) *Manifests {
	t.Helper()
	m, err := OpenManifests(filepath.Join(t.TempDir(), "manifests"))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func has(t *testing.T, m *Manifests, id string) bool {
	t.Helper()
	var l listing
	ok, err := m.Load(id, &l)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func keepFor(t *testing.T, m *Manifests, id string, files ...string) {
	t.Helper()
	if err := m.Save(id, listing{files}); err != nil {
		t.Fatal(err)
	}
}

func TestManifestsAreKeptByID(t *testing.T) {
	m := manifests(t)
	if has(t, m, "sha256:aa") {
		t.Error("there is one before it was saved")
	}
	keepFor(t, m, "sha256:aa", "x")
	keepFor(t, m, "sha256:bb", "y")
	keepFor(t, m, "sha256:aa", "z")
	var l listing
	if ok, err := m.Load("sha256:aa", &l); !ok || err != nil || len(l.Files) != 1 || l.Files[0] != "z" {
		t.Errorf("%v %v %v", ok, err, l)
	}
	info, err := os.Stat(m.file("sha256:aa"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v %v", info.Mode(), err)
	}
	if file := m.file("../../etc/passwd"); filepath.Dir(file) != m.dir {
		t.Errorf("an ID leads to %s", file)
	}
}

func TestTheLeastUsedManifestsGoFirst(t *testing.T) {
	m := manifests(t)
	m.most = 3
	for n, id := range []string{"a", "b", "c"} {
		keepFor(t, m, id)
		at := time.Now().Add(time.Duration(n-10) * time.Minute)
		if err := os.Chtimes(m.file(id), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if !has(t, m, "a") { // used now
		t.Fatal("it was not kept")
	}
	keepFor(t, m, "d")
	if has(t, m, "b") || !has(t, m, "a") || !has(t, m, "c") || !has(t, m, "d") {
		t.Error("of four, three are to be kept: the ones used last")
	}
	m.bytes = 2000
	keepFor(t, m, "e", strings.Repeat("x", 1900))
	if !has(t, m, "e") || has(t, m, "a") || has(t, m, "c") {
		t.Error("they are to stay within their bytes, and the newest in any case")
	}
}

func TestABrokenManifestIsTold(t *testing.T) {
	m := manifests(t)
	keepFor(t, m, "a", "x")
	if err := os.WriteFile(m.file("a"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	var l listing
	if ok, err := m.Load("a", &l); ok || err == nil || !strings.Contains(err.Error(), m.file("a")) {
		t.Errorf("%v %v", ok, err)
	}
	keepFor(t, m, "a", "x")
	if !has(t, m, "a") {
		t.Error("a new build does not mend it")
	}
}

// Two Berths: each save is seen whole or not at all, and none fails though the
// other forgets the same files.
func TestTwoBerthsKeepManifests(t *testing.T) {
	one := manifests(t)
	one.most = 3
	two := &Manifests{dir: one.dir, most: 3, bytes: one.bytes}
	long := strings.Repeat("x", 10_000)
	var wg sync.WaitGroup
	for _, m := range []*Manifests{one, two} {
		wg.Go(func() {
			for n := range 15 {
				if err := m.Save(fmt.Sprint(n%6), listing{[]string{long}}); err != nil {
					t.Error(err)
				}
				var l listing
				if ok, err := m.Load(fmt.Sprint(n%5), &l); err != nil || ok && l.Files[0] != long {
					t.Error(ok, err)
				}
			}
		})
	}
	wg.Wait()
	if entries, err := os.ReadDir(one.dir); err != nil || len(entries) > 4 {
		t.Errorf("%d are kept, %v", len(entries), err)
	}
}
