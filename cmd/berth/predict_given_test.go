package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/predict"
	"berth/workflow"
)

func TestAGivenBodyIsBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "body.json")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(predict.MaxFile + 1<<20); err != nil { // sparse
		t.Fatal(err)
	}
	a := &app{streams: streams{in: f}}
	for _, given := range []string{"-", "@" + file} {
		_, err := a.body(nil, workflow.Door{}, predict.Endpoint{}, predictOptions{body: given})
		if err == nil || !strings.Contains(err.Error(), "larger than 256 MB") {
			t.Errorf("--body %s: %v", given, err)
		}
	}
	if at, err := f.Seek(0, io.SeekCurrent); err != nil || at > predict.MaxFile+1 {
		t.Errorf("%d bytes of standard input are read, %v", at, err)
	}
}

func TestAGivenBodyIsReadFromItsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "body.json")
	if err := os.WriteFile(file, []byte(`{"a":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	body, err := (&app{}).body(nil, workflow.Door{}, predict.Endpoint{}, predictOptions{body: "@" + file})
	if err != nil || string(body) != `{"a":1}` {
		t.Errorf("%q, %v", body, err)
	}
}
