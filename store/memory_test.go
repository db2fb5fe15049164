package store

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

type layout struct {
	Pane string
	Open []string
}

func TestWhatIsSavedIsLoaded(t *testing.T) {
	m, err := OpenMemory(filepath.Join(t.TempDir(), "state", "memory"))
	if err != nil {
		t.Fatal(err)
	}
	got := layout{Pane: "logs"}
	if err := m.Load("churn", &got); err != nil || got.Pane != "logs" {
		t.Errorf("of what was never saved: %+v, %v", got, err)
	}
	for _, name := range []string{"churn", "../churn", "with space", strings.Repeat("x", 400)} {
		if err := m.Save(name, layout{"build", []string{name}}); err != nil {
			t.Fatal(err)
		}
		if err := m.Load(name, &got); err != nil || got.Pane != "build" || got.Open[0] != name {
			t.Errorf("%q: got %+v, %v", name, got, err)
		}
	}
	files, err := os.ReadDir(m.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 || !strings.HasSuffix(f.Name(), ".json") {
			t.Errorf("%s is there, of mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
}

func TestADamagedMemoryIsSaid(t *testing.T) {
	m, err := OpenMemory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(m.file("churn"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	var l layout
	if err := m.Load("churn", &l); err == nil || !strings.Contains(err.Error(), m.file("churn")) {
		t.Errorf("half a file is said to be %v", err)
	}
	if err := m.Save("churn", l); err != nil {
		t.Errorf("it cannot be replaced: %v", err)
	}
}

// Several Berths at once: whoever reads finds one of the documents, whole.
func TestSeveralRememberAtOnce(t *testing.T) {
	m, err := OpenMemory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	long := layout{Pane: strings.Repeat("a", 50_000)}
	short := layout{Pane: "b"}
	if err := m.Save("churn", short); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			for range 50 {
				v := long
				if n%2 == 0 {
					v = short
				}
				if err := m.Save("churn", v); err != nil {
					t.Error(err)
				}
				var got layout
				if err := m.Load("churn", &got); err != nil || got.Pane != long.Pane && got.Pane != short.Pane {
					t.Errorf("read %d bytes, %v", len(got.Pane), err)
				}
			}
		})
	}
	wg.Wait()
}
