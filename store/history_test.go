package store

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"berth/stack"

	"github.com/google/go-cmp/cmp"
)

func open(t *testing.T) *History {
	t.Helper()
	return openIn(t, filepath.Join(t.TempDir(), "history"))
}

func openIn(t *testing.T, dir string) *History {
	t.Helper()
	h, err := OpenHistory(dir, Limits{Entries: 1000, Bytes: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func save(t *testing.T, h *History, service, endpoint, body string) int64 {
	t.Helper()
	return saved(t, h, stack.Prediction{Service: service, Endpoint: endpoint, Body: body, Status: 200})
}

func saved(t *testing.T, h *History, p stack.Prediction, hidden ...string) int64 {
	t.Helper()
	if p.Project == "" {
		p.Project = "churn"
	}
	if err := h.Save([]*stack.Prediction{&p}, hidden...); err != nil {
		t.Fatal(err)
	}
	return p.ID
}

func get(t *testing.T, h *History, id int64) stack.Prediction {
	t.Helper()
	p, ok, err := h.Get(id)
	if !ok || err != nil {
		t.Fatalf("%d: %v, %v", id, ok, err)
	}
	return p
}

func find(t *testing.T, h *History, q stack.PredictionQuery) stack.PredictionPage {
	t.Helper()
	page, err := h.Find(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// onDisk is all that is in the history's folder, set aside or not.
func onDisk(t *testing.T, h *History) string {
	t.Helper()
	entries, err := os.ReadDir(h.dir)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(h.dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func TestHistory(t *testing.T) {
	h := open(t)
	if body, err := h.Last("churn", "api", "POST /p"); body != nil || err != nil {
		t.Errorf("at first: %q, %v", body, err)
	}
	if page := find(t, h, stack.PredictionQuery{}); len(page.Predictions) > 0 {
		t.Errorf("at first: %+v", page)
	}
	if _, err := os.Stat(h.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("looking at a history made one: %v", err)
	}
	save(t, h, "api", "POST /p", "{\n  \"a\": 1.50\n}")
	save(t, h, "api", "POST /q", `{"b": 2}`)
	save(t, h, "other", "POST /p", `{"c": 3}`)
	saved(t, h, stack.Prediction{Service: "api", Endpoint: "POST /q", Body: `{"of": "a suite"}`, Origin: stack.BySuite})
	for _, test := range []struct{ service, endpoint, want string }{
		{"api", "POST /p", "{\n  \"a\": 1.50\n}"}, {"api", "POST /q", `{"b": 2}`}, {"other", "POST /p", `{"c": 3}`}, {"other", "POST /q", ""},
	} {
		if body, err := h.Last("churn", test.service, test.endpoint); string(body) != test.want || err != nil {
			t.Errorf("%s %s: got %q, %v", test.service, test.endpoint, body, err)
		}
	}
	if p, ok, err := h.LastOf("churn", "api"); p.Body != `{"b": 2}` || !ok || err != nil {
		t.Errorf("the last of a service: %+v, %v, %v", p, ok, err)
	}
	if _, ok, err := h.LastOf("another", "api"); ok || err != nil {
		t.Errorf("another project's: %v, %v", ok, err)
	}
	files, err := filepath.Glob(h.where() + "*")
	for _, name := range append(files, h.dir) {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if err != nil || len(files) == 0 {
		t.Errorf("%v, %v", files, err)
	}
}

// All of a prediction comes back, in another run too.
func TestHistoryKeepsAll(t *testing.T) {
	h := open(t)
	want := stack.Prediction{
		At: time.Unix(1_700_000_000, 42), Project: "churn", Service: "api", Number: 2, Origin: stack.ByReplay,
		Endpoint: "POST /m/{name}", Base: "http://127.0.0.1:8000", MediaType: "application/json",
		Params:  []stack.Sent{{Name: "name", Value: "a/b", In: "path"}},
		Headers: []stack.Sent{{Name: "Authorization", Value: "Bearer $TOKEN"}},
		ImageID: "sha256:abc", Commit: "0123abc", Dirty: true, Model: "models/m.pkl", ModelSum: "def",
		Status: 422, Error: "it was cut", Took: 6, Connect: 1, Wait: 2, Receive: 3, AnswerType: "text/plain",
		Body: "{\"x\":\"\u2028\"}", Answer: "\x00\xff\x1b[2J", BodySize: 11, AnswerSize: 14, Omitted: 8,
	}
	id := saved(t, h, want)
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	got := get(t, openIn(t, h.dir), id)
	want.ID = id
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestHistoryIsSearched(t *testing.T) {
	h := open(t)
	at := time.Unix(1_700_000_000, 0)
	for i, p := range []stack.Prediction{
		{Service: "api", Status: 200, Body: `{"name": "100% Größe_1"}`, ImageID: "sha256:aaa1"},
		{Service: "api", Status: 422, Answer: `{"detail": "Tenure is missing"}`, ImageID: "sha256:aaa2"},
		{Service: "web", Origin: stack.BySuite, Status: 500, Answer: "oops", ImageID: "sha256:bbb1"},
		{Service: "api", Error: "connection refused"},
		{Project: "other", Service: "api", Status: 200, Body: "tenure"},
	} {
		p.Endpoint, p.At = fmt.Sprint("POST /", i), at.Add(time.Duration(i)*time.Minute)
		saved(t, h, p)
	}
	for _, test := range []struct {
		what string
		q    stack.PredictionQuery
		want string
	}{
		{"all", stack.PredictionQuery{Project: "churn"}, "3210"},
		{"every project", stack.PredictionQuery{}, "43210"},
		{"a service", stack.PredictionQuery{Project: "churn", Service: "web"}, "2"},
		{"in a body", stack.PredictionQuery{Text: "größe"}, "0"},
		{"in an answer, whatever the case", stack.PredictionQuery{Text: "TENURE IS"}, "1"},
		{"in an error", stack.PredictionQuery{Text: "refused"}, "3"},
		{"in the endpoint", stack.PredictionQuery{Text: "post /2"}, "2"},
		{"what LIKE means otherwise", stack.PredictionQuery{Text: "100%"}, "0"},
		{"no wildcard", stack.PredictionQuery{Text: "t_n"}, ""},
		{"by a suite", stack.PredictionQuery{By: stack.BySuite}, "2"},
		{"by all but it", stack.PredictionQuery{NotBy: stack.BySuite}, "4310"},
		{"a status", stack.PredictionQuery{Status: stack.StatusRange{From: 422, To: 422}}, "1"},
		{"failures", stack.PredictionQuery{Status: stack.StatusRange{From: 400, To: 599}}, "21"},
		{"no answer", stack.PredictionQuery{Status: stack.StatusRange{None: true}}, "3"},
		{"an image", stack.PredictionQuery{ImageID: "sha256:aaa"}, "10"},
		{"an image, as it is shown", stack.PredictionQuery{ImageID: "bbb1"}, "2"},
		{"since", stack.PredictionQuery{Since: at.Add(3 * time.Minute)}, "43"},
		{"until", stack.PredictionQuery{Until: at.Add(time.Minute)}, "0"},
		{"all of that", stack.PredictionQuery{Project: "churn", Service: "api", Text: "missing", Status: stack.StatusRange{From: 400, To: 499}, ImageID: "aaa2"}, "1"},
	} {
		got := ""
		for _, p := range find(t, h, test.q).Predictions {
			got += strings.TrimPrefix(p.Endpoint, "POST /")
		}
		if got != test.want {
			t.Errorf("%s: got %q, want %q", test.what, got, test.want)
		}
	}
	first := find(t, h, stack.PredictionQuery{Limit: 3})
	second := find(t, h, stack.PredictionQuery{Limit: 3, Before: first.Predictions[2].ID})
	if len(first.Predictions) != 3 || !first.More || len(second.Predictions) != 2 || second.More || second.Predictions[1].Endpoint != "POST /0" {
		t.Errorf("pages: %+v, %+v", first, second)
	}
}

func TestHistoryIsBounded(t *testing.T) {
	h := open(t)
	h.limits = Limits{Entries: 10, Bytes: 5000}
	body := `"` + strings.Repeat("x", 998) + `"`
	for i := range 20 {
		save(t, h, "api", fmt.Sprint("POST /", i), body)
	}
	if page := find(t, h, stack.PredictionQuery{}); len(page.Predictions) != 5 || page.Predictions[4].Endpoint != "POST /15" || page.Dropped != 15 {
		t.Errorf("by bytes: %d are left, %d are said to be dropped", len(page.Predictions), page.Dropped)
	}
	for range 20 {
		save(t, h, "api", "POST /small", "1")
	}
	if page := find(t, h, stack.PredictionQuery{}); len(page.Predictions) != 10 || page.Dropped != 30 {
		t.Errorf("by count: %d are left, %d are said to be dropped", len(page.Predictions), page.Dropped)
	}
	h.limits.Bytes = 1
	save(t, h, "api", "POST /newest", body)
	if page := find(t, h, stack.PredictionQuery{}); len(page.Predictions) != 1 || page.Predictions[0].Endpoint != "POST /newest" {
		t.Errorf("the newest gave way: %+v", page)
	}
	h.limits.Bytes = 4 << 20
	for _, long := range []int{maxText, maxText + 1} {
		p := get(t, h, save(t, h, "api", "POST /big", strings.Repeat("x", long)))
		if long > maxText && (p.Body != "" || p.Omitted != int64(long)) || long <= maxText && (len(p.Body) != long || p.Omitted != 0) || p.BodySize != int64(long) {
			t.Errorf("%d bytes: %d kept, omitted %d of %d", long, len(p.Body), p.Omitted, p.BodySize)
		}
	}
}

func TestHistoryIsCleared(t *testing.T) {
	h := open(t)
	save(t, h, "api", "POST /p", `"hunter2"`)
	save(t, h, "web", "POST /p", `"hunter3"`)
	saved(t, h, stack.Prediction{Project: "other", Service: "api", Endpoint: "POST /p", Body: "hunter4"})
	if n, err := h.Clear("churn", "api"); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := h.Clear("churn", ""); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if page := find(t, h, stack.PredictionQuery{}); len(page.Predictions) != 1 || page.Predictions[0].Project != "other" {
		t.Errorf("left: %+v", page.Predictions)
	}
	if disk := onDisk(t, h); strings.Contains(disk, "hunter2") || strings.Contains(disk, "hunter3") || !strings.Contains(disk, "hunter4") {
		t.Error("on the disk there is a trace of what was cleared, or not what was not")
	}
}

// A file that is damaged costs what is in it, and even that is kept aside; both
// Berths that have it open go on with a new one.
func TestBrokenHistory(t *testing.T) {
	for what, damage := range map[string]func([]byte) []byte{
		"no database": func([]byte) []byte { return []byte(strings.Repeat("garbage", 1000)) },
		"cut off":     func(text []byte) []byte { return text[:len(text)/2] },
		"empty":       func([]byte) []byte { return nil },
		"overwritten": func(text []byte) []byte { return append(text[:4096:4096], make([]byte, len(text)-4096)...) },
	} {
		t.Run(what, func(t *testing.T) {
			first := open(t)
			for i := range 200 {
				save(t, first, "api", fmt.Sprint("POST /", i), strings.Repeat("garbage", 100))
			}
			second := openIn(t, first.dir)
			find(t, second, stack.PredictionQuery{})
			if err := errors.Join(first.Close(), second.Close()); err != nil {
				t.Fatal(err)
			}
			text, err := os.ReadFile(first.where())
			if err == nil {
				err = os.WriteFile(first.where(), damage(text), 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			_, err = first.Find(t.Context(), stack.PredictionQuery{Text: "nowhere"})
			problem, ok := errors.AsType[*stack.Problem](err)
			if !ok || !strings.Contains(problem.Hint, "a new one is begun") {
				t.Fatalf("said: %v", err)
			}
			save(t, second, "api", "POST /after", "2")
			save(t, first, "api", "POST /after", "1")
			if page := find(t, second, stack.PredictionQuery{}); len(page.Predictions) != 2 {
				t.Errorf("afterwards: %+v", page.Predictions)
			}
			aside, err := filepath.Glob(first.where() + ".broken-*")
			if err != nil || len(aside) != 1 {
				t.Fatalf("set aside: %v, %v", aside, err)
			}
			if kept, err := os.ReadFile(aside[0]); err != nil || !bytes.Equal(kept, damage(text)) {
				t.Errorf("set aside: %d bytes, %v", len(kept), err)
			}
		})
	}
}

// One that was removed while it was open is made anew.
func TestRemovedHistory(t *testing.T) {
	h := open(t)
	save(t, h, "api", "POST /p", "1")
	if err := os.RemoveAll(h.dir); err != nil {
		t.Fatal(err)
	}
	save(t, h, "api", "POST /q", "2")
	if page := find(t, openIn(t, h.dir), stack.PredictionQuery{}); len(page.Predictions) != 1 {
		t.Errorf("got %+v", page)
	}
}

// One that another Berth replaced is not written to any more.
func TestReplacedHistory(t *testing.T) {
	h := open(t)
	save(t, h, "api", "POST /p", "1")
	for _, part := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(h.where()+part, h.where()+".aside"+part); err != nil {
			t.Fatal(err)
		}
	}
	other := openIn(t, h.dir)
	save(t, other, "api", "POST /q", "2")
	save(t, h, "api", "POST /r", "3")
	if page := find(t, other, stack.PredictionQuery{}); len(page.Predictions) != 2 || page.Predictions[0].Endpoint != "POST /r" {
		t.Errorf("got %+v", page.Predictions)
	}
}

func TestHistoryWithoutDisk(t *testing.T) {
	h := openIn(t, filepath.Join(write(t, "file", ""), "history"))
	if _, ok := errors.AsType[*stack.Problem](h.Save([]*stack.Prediction{{Project: "churn"}})); !ok {
		t.Error("saved below a file")
	}
	if _, _, err := h.LastOf("churn", "api"); err == nil {
		t.Error("read below a file")
	}
}

// A full disk costs what did not fit; what is there stays, and afterwards it goes
// on.
func TestHistoryOnAFullDisk(t *testing.T) {
	h := open(t)
	save(t, h, "api", "POST /p", "1")
	limit := func(pages int) {
		if _, err := h.db.Exec(fmt.Sprint("PRAGMA max_page_count = ", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(1) // as many as there are, then SQLite fails as it does when the disk is full
	err := h.Save([]*stack.Prediction{{Project: "churn", Service: "api", Endpoint: "POST /big", Body: strings.Repeat("x", 100_000)}})
	if problem, ok := errors.AsType[*stack.Problem](err); !ok || !strings.Contains(problem.Error(), "full") || problem.Hint == "" {
		t.Errorf("said: %v", err)
	}
	if page := find(t, h, stack.PredictionQuery{}); len(page.Predictions) != 1 {
		t.Errorf("there are %+v", page.Predictions)
	}
	limit(1 << 20)
	save(t, h, "api", "POST /p", "2")
}

// What is from a later version is left alone.
func TestHistoryOfANewerBerth(t *testing.T) {
	h := open(t)
	save(t, h, "api", "POST /p", "1")
	if _, err := h.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	other := openIn(t, h.dir)
	if err := other.Save([]*stack.Prediction{{}}); err == nil || !strings.Contains(err.Error(), "newer Berth") {
		t.Errorf("said: %v", err)
	}
}

// Several processes and handles write at once, from the first moment on: nothing
// is torn, nothing lost, nothing twice.
func TestManyProcesses(t *testing.T) {
	const processes, handles, each = 3, 2, 60
	writing := func(dir, name string) {
		h := openIn(t, dir)
		for i := range each {
			if i%20 == 0 { // as a command that ends, and another that begins
				if err := h.Close(); err != nil {
					t.Error(err)
				}
			}
			save(t, h, name, fmt.Sprint("POST /", i), `"`+strings.Repeat("x", 5000)+`"`)
		}
	}
	if dir := os.Getenv("BERTH_TEST_HISTORY"); dir != "" {
		var all sync.WaitGroup
		for i := range handles {
			all.Go(func() { writing(dir, fmt.Sprintf("%s.%d", os.Getenv("BERTH_TEST_WRITER"), i)) })
		}
		all.Wait()
		return
	}
	h := open(t)
	var running []*exec.Cmd
	for i := range processes {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestManyProcesses$")
		c.Env = append(os.Environ(), "BERTH_TEST_HISTORY="+h.dir, fmt.Sprint("BERTH_TEST_WRITER=w", i))
		c.Stdout = os.Stderr
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
	next := map[string]int{} // by writer: what has to come next, newest first
	list := find(t, h, stack.PredictionQuery{Limit: 10_000}).Predictions
	for _, p := range list {
		want, seen := next[p.Service]
		if !seen {
			want = each - 1
		}
		if p.Endpoint != fmt.Sprint("POST /", want) {
			t.Fatalf("%s: %s where %d was expected", p.Service, p.Endpoint, want)
		}
		next[p.Service] = want - 1
	}
	if len(list) != processes*handles*each {
		t.Errorf("%d predictions", len(list))
	}
	var entries, bytes, sum int64
	if err := h.db.QueryRow("SELECT entries, bytes, (SELECT sum(weight) FROM predictions) FROM totals").Scan(&entries, &bytes, &sum); err != nil || entries != int64(len(list)) || bytes != sum {
		t.Errorf("totals: %d of %d, %d of %d, %v", entries, len(list), bytes, sum, err)
	}
}

// A file's sum holds as long as its size and time do.
func TestSums(t *testing.T) {
	h := open(t)
	file := write(t, "model", "1")
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if sum, err := h.Sum(file, info); sum != "" || err != nil {
		t.Errorf("at first: %q, %v", sum, err)
	}
	for _, sum := range []string{"abc", "def"} {
		if err := h.KeepSum(file, info, sum); err != nil {
			t.Fatal(err)
		}
		if got, err := openIn(t, h.dir).Sum(file, info); got != sum || err != nil {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if err := os.Chtimes(file, time.Time{}, info.ModTime().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if info, err = os.Stat(file); err != nil {
		t.Fatal(err)
	}
	if sum, err := h.Sum(file, info); sum != "" || err != nil {
		t.Errorf("written since: %q, %v", sum, err)
	}
}
