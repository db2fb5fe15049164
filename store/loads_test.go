package store

import (
	"os"
	"testing"
	"time"
)

func TestTheLastLoadIsKept(t *testing.T) {
	l, err := OpenLoads(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok, err := l.Last("p", "api", "POST /x"); ok || err != nil {
		t.Errorf("%v, %v before the first", ok, err)
	}
	for _, image := range []string{"a", "b"} {
		if err := l.Save(LoadRun{At: time.Now(), Project: "p", Service: "api", Endpoint: "POST /x", ImageID: image, Result: []byte(`{"sent":1}`)}); err != nil {
			t.Fatal(err)
		}
	}
	if last, ok, err := l.Last("p", "api", "POST /x"); !ok || err != nil || last.ImageID != "b" || string(last.Result) != `{"sent":1}` {
		t.Errorf("%+v, %v, %v", last, ok, err)
	}
	if _, ok, _ := l.Last("p", "api", "POST /y"); ok {
		t.Error("another endpoint has it too")
	}
	if err := os.WriteFile(l.file("p", "api", "POST /x"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := l.Last("p", "api", "POST /x"); ok || err == nil {
		t.Errorf("broken: %v, %v", ok, err)
	}
	if err := l.Save(LoadRun{Project: "p", Service: "api", Endpoint: "POST /x"}); err != nil {
		t.Error(err)
	}
}
