package store

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"berth/stack"
)

func open(t *testing.T) *History {
	t.Helper()
	h, err := OpenHistory(filepath.Join(t.TempDir(), "history"))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func save(t *testing.T, h *History, service, endpoint, body string) {
	t.Helper()
	if err := h.Save(Prediction{Project: "churn", Service: service, Endpoint: endpoint, Body: body, Status: 200}); err != nil {
		t.Fatal(err)
	}
}

func TestHistory(t *testing.T) {
	h := open(t)
	if body, err := h.Last("churn", "api", "POST /p"); body != nil || err != nil {
		t.Errorf("at first: %q, %v", body, err)
	}
	save(t, h, "api", "POST /p", "{\n  \"a\": 1.50\n}")
	save(t, h, "api", "POST /q", `{"b": 2}`)
	save(t, h, "other", "POST /p", `{"c": 3}`)
	for _, test := range []struct{ service, endpoint, want string }{
		{"api", "POST /p", "{\n  \"a\": 1.50\n}"}, {"api", "POST /q", `{"b": 2}`}, {"other", "POST /p", `{"c": 3}`}, {"other", "POST /q", ""},
	} {
		if body, err := h.Last("churn", test.service, test.endpoint); string(body) != test.want || err != nil {
			t.Errorf("%s %s: got %q, %v", test.service, test.endpoint, body, err)
		}
	}
	list, err := h.Recent("churn", 2)
	if err != nil || len(list) != 2 || list[0].Service != "other" || list[1].Endpoint != "POST /q" {
		t.Errorf("recent: %+v, %v", list, err)
	}
	if list, err := h.Recent("churn/../x", 9); len(list) != 0 || err != nil {
		t.Errorf("another project: %v, %v", list, err)
	}
	for _, name := range []string{h.dir, h.file("churn")} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestMask(t *testing.T) {
	for _, test := range []struct {
		in, want string
		secrets  int
	}{
		{`{"user": "me", "password" : "p\"w", "n":1e3}`, `{"user": "me", "password" : "•••", "n":1e3}`, 1},
		{`{"auth":{"API-Key":"x","accessToken":"y","max_tokens":5,"tokens":["a"]}}`, `{"auth":{"API-Key":"•••","accessToken":"•••","max_tokens":5,"tokens":["a"]}}`, 2},
		{`{"credentials":[{"user":"me"},"x",7,null,true,""]}`, `{"credentials":[{"user":"•••"},"•••",7,null,true,""]}`, 2},
		{`{"token":12,"monkey":"x","keyboard":"y","key":"z"}`, `{"token":12,"monkey":"x","keyboard":"y","key":"•••"}`, 1},
		{`["password", "x"]`, `["password", "x"]`, 0},
		{`{"password": "x"`, `{"password": "x"`, 0},
		{``, ``, 0},
	} {
		got, n := Mask([]byte(test.in))
		if string(got) != test.want || n != test.secrets {
			t.Errorf("%s\n got %s, %d\nwant %s", test.in, got, n, test.want)
		}
	}
	h := open(t)
	save(t, h, "api", "POST /p", `{"api_key": "hunter2", "x": 1}`)
	text, err := os.ReadFile(h.file("churn"))
	if err != nil || strings.Contains(string(text), "hunter2") {
		t.Errorf("on the disk: %s, %v", text, err)
	}
	if list, _ := h.Recent("churn", 1); len(list) != 1 || list[0].Secrets != 1 {
		t.Errorf("not counted: %+v", list)
	}
}

// A history stays within its bounds and keeps the newest.
func TestHistoryIsBounded(t *testing.T) {
	h := open(t)
	h.maxFile = 4 * maxText
	body := `"` + strings.Repeat("x", maxText-2) + `"`
	for i := range 12 {
		save(t, h, "api", fmt.Sprint("POST /", i), body)
	}
	info, err := os.Stat(h.file("churn"))
	if err != nil || info.Size() > int64(h.maxFile+2*maxText) {
		t.Errorf("%d bytes, %v", info.Size(), err)
	}
	if last, err := h.Last("churn", "api", "POST /11"); string(last) != body || err != nil {
		t.Errorf("the last is gone: %d bytes, %v", len(last), err)
	}
	save(t, h, "api", "POST /big", body+" ")
	list, err := h.Recent("churn", 1)
	if err != nil || list[0].Body != "" || list[0].Omitted != maxText+1 {
		t.Errorf("too long: %d bytes, omitted %d, %v", len(list[0].Body), list[0].Omitted, err)
	}
}

// A broken file costs its broken lines only, and even these are kept aside.
func TestBrokenHistory(t *testing.T) {
	h := open(t)
	save(t, h, "api", "POST /p", `1`)
	f, err := os.OpenFile(h.file("churn"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(f, "\x00garbage\n{}\n{\"at\":\"2024-") // a crash in the middle of a line
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	save(t, h, "api", "POST /q", `2`)

	last, err := h.Last("churn", "api", "POST /p")
	if problem, ok := errors.AsType[*stack.Problem](err); !ok || string(last) != "1" || !strings.Contains(problem.Error(), "3 of 5 lines are broken") {
		t.Errorf("got %q, %v", last, err)
	}
	last, err = h.Last("churn", "api", "POST /q")
	if string(last) != "2" || err != nil {
		t.Errorf("afterwards: %q, %v", last, err)
	}
	aside, err := filepath.Glob(h.file("churn") + ".broken-*")
	if err != nil || len(aside) != 1 {
		t.Fatalf("set aside: %v, %v", aside, err)
	}
	if text, err := os.ReadFile(aside[0]); err != nil || !strings.Contains(string(text), "garbage") {
		t.Errorf("set aside: %q, %v", text, err)
	}
}

func TestHistoryWithoutDisk(t *testing.T) {
	h, err := OpenHistory(filepath.Join(write(t, "file", ""), "history"))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*stack.Problem](h.Save(Prediction{Project: "churn"})); !ok {
		t.Error("saved below a file")
	}
	if _, err := h.Recent("churn", 1); err == nil {
		t.Error("read below a file")
	}
}

// Several processes write at once and shorten the file while they do: no line is
// torn, and none is missing between two that are there.
func TestManyProcesses(t *testing.T) {
	const writers, each = 4, 100
	if dir := os.Getenv("BERTH_TEST_HISTORY"); dir != "" {
		h, err := OpenHistory(dir)
		if err != nil {
			t.Fatal(err)
		}
		h.maxFile = 1 << 20
		body := `"` + strings.Repeat("x", 10_000) + `"`
		for i := range each {
			save(t, h, os.Getenv("BERTH_TEST_WRITER"), fmt.Sprint("POST /", i), body)
		}
		return
	}
	h := open(t)
	var running []*exec.Cmd
	for i := range writers {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestManyProcesses$")
		c.Env = append(os.Environ(), "BERTH_TEST_HISTORY="+h.dir, fmt.Sprint("BERTH_TEST_WRITER=w", i))
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, c)
	}
	for _, c := range running {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	list, err := h.Recent("churn", writers*each)
	if err != nil || len(list) < 20 {
		t.Fatalf("%d predictions, %v", len(list), err)
	}
	older := map[string]int{} // by writer: what has to come next, newest first
	for _, p := range list {
		var i int
		if _, err := fmt.Sscanf(p.Endpoint, "POST /%d", &i); err != nil {
			t.Fatal(err)
		}
		if want, seen := older[p.Service]; seen && i != want {
			t.Fatalf("%s: %d where %d was expected", p.Service, i, want)
		}
		older[p.Service] = i - 1
	}
	left, err := filepath.Glob(filepath.Join(h.dir, ".new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
