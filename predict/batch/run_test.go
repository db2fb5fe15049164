package batch

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"berth/predict"
	"berth/stack"
)

const document = `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/predict":{"post":{
"parameters":[{"name":"limit","in":"query","schema":{"type":"integer"}}],
"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/In"}}}}}}},
"components":{"schemas":{
 "Address":{"type":"object","required":["city"],"properties":{"city":{"type":"string"},"zip":{"type":"string"}}},
 "In":{"type":"object","required":["tenure","plan"],"additionalProperties":false,"properties":{
  "tenure":{"type":"integer","minimum":0},
  "plan":{"type":"string","examples":["basic"]},
  "paperless":{"type":"boolean"},
  "note":{"anyOf":[{"type":"string"},{"type":"null"}]},
  "address":{"$ref":"#/components/schemas/Address"}
 }}}}}`

// service is a model server that tells what it was asked.
type service struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	answer func(w http.ResponseWriter, body map[string]any)
}

func newService(t *testing.T) *service {
	s := &service{}
	s.answer = func(w http.ResponseWriter, body map[string]any) {
		fmt.Fprintf(w, `{"p":{"x":%v},"label":"a"}`, body["tenure"])
	}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			io.WriteString(w, document)
			return
		}
		text, _ := io.ReadAll(r.Body)
		var body map[string]any
		if err := json.Unmarshal(text, &body); err != nil {
			panic(err)
		}
		s.mu.Lock()
		s.bodies = append(s.bodies, string(text)+r.URL.RawQuery)
		answer := s.answer
		s.mu.Unlock()
		answer(w, body)
	}))
	t.Cleanup(s.Close)
	return s
}

// run is one Berth's run over a table.
type run struct {
	*service
	dir, table string
	terms      Terms
	resume     bool
	workers    int
	ctx        context.Context
	told       func(Tally)
	crash      bool // leave the files as they are in the middle
}

func (r run) out() string { return filepath.Join(r.dir, "out"+filepath.Ext(r.table)) }

func (r run) do(t *testing.T) (Tally, error) {
	t.Helper()
	if r.ctx == nil {
		r.ctx = t.Context()
	}
	api, err := predict.Discover(r.ctx, r.Client(), r.URL, predict.Hints{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := api.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	if r.terms.Body == "" {
		first, _, _ := e.FirstBody(nil)
		r.terms.Body = string(first)
	}
	f, err := os.Open(r.table)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	survey, err := Look(r.ctx, f, r.table, func(int64) {})
	if err != nil {
		return Tally{}, err
	}
	m, err := Map(e, survey, r.terms)
	if err != nil {
		return Tally{}, err
	}
	_, _ = f.Seek(0, io.SeekStart)
	rows, err := ReadRows(f, r.table)
	if err != nil {
		return Tally{}, err
	}
	state := State{
		Input: r.table, Digest: survey.Digest, Format: survey.Format, Endpoint: e.String(), Terms: r.terms,
		Failures: r.out() + ".failed", Columns: survey.Columns, Tally: Tally{Rows: survey.Rows},
	}
	replace := func(file string, text []byte) error { return os.WriteFile(file, text, 0o600) }
	var l *Ledger
	if r.resume {
		was, err := Recall(r.out())
		if err != nil {
			return Tally{}, err
		}
		l, err = Resume(r.out(), was, state, replace)
		if err != nil {
			return Tally{}, err
		}
	} else if l, err = Begin(r.out(), state, replace); err != nil {
		return Tally{}, err
	}
	if r.told == nil {
		r.told = func(Tally) {}
	}
	err = Run(r.ctx, rows, m, l, Options{Workers: max(r.workers, 1), Told: r.told, Send: func(ctx context.Context, e predict.Endpoint, body []byte) (predict.Response, error) {
		return predict.Send(ctx, r.Client(), r.URL, e, body, predict.SendOptions{})
	}})
	if r.crash {
		return l.State.Tally, errors.Join(err, l.close())
	}
	return l.State.Tally, errors.Join(err, l.Close(err == nil))
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

func TestATableIsAnsweredInItsOrder(t *testing.T) {
	s := newService(t)
	s.answer = func(w http.ResponseWriter, body map[string]any) {
		if body["tenure"] == 4.0 {
			w.WriteHeader(http.StatusUnprocessableEntity)
			io.WriteString(w, `{"detail":[{"loc":["body","plan"],"msg":"no such plan"}]}`)
			return
		}
		if body["tenure"] == 6.0 {
			io.WriteString(w, `{"p":{"x":6},"why":"because"}`)
			return
		}
		fmt.Fprintf(w, `{"p":{"x":%v},"label":null}`, body["tenure"])
	}
	table := write(t, "t.csv", "row,months,plan,paperless,note,address.city,limit,churn\n"+
		"r1,1,007,True,,Graz,5,no\n"+
		"r2,many,b,,,,,\n"+
		"r3,\"3,b\n"+
		"r4,4,b,,,,,\n"+
		"r5,5,b,no,,,,\n"+
		"r6,6,b,FALSE,x,,,yes\n")
	dir := t.TempDir()
	got, err := run{service: s, dir: dir, table: table, workers: 3, terms: Terms{Names: map[string]string{"months": "tenure"}, Only: []string{"plan", "paperless", "note", "address.city", "limit"}}}.do(t)
	if err != nil {
		t.Fatal(err)
	}
	if want := "2 answered, 1 refused (422), 3 not sent, 0 left"; got.String() != want || got.Others != 1 {
		t.Errorf("got %s, %d others, want %s, 1", got, got.Others, want)
	}
	if got, want := read(t, dir+"/out.csv"), `berth_row,row,months,plan,paperless,note,address.city,limit,churn,answer.p.x,answer.label,answer (other)
1,r1,1,007,True,,Graz,5,no,1,,
6,r6,6,b,FALSE,x,,,yes,6,,"{""answer.why"":""because""}"
`; got != want {
		t.Errorf("answers\n%s\nwant\n%s", got, want)
	}
	if got, want := read(t, dir+"/out.csv.failed"), `berth_row,line,why,status,reasons,row,months,plan,paperless,note,address.city,limit,churn
2,3,invalid,,tenure: must be integer,r2,many,b,,,,,
3,4,broken,,a quote is opened and not closed,,,,,,,,
4,5,refused,422,plan: no such plan,r4,4,b,,,,,
5,6,invalid,,paperless: must be boolean,r5,5,b,no,,,,
`; got != want {
		t.Errorf("failures\n%s\nwant\n%s", got, want)
	}
	sent := strings.Join(s.bodies, "\n")
	for _, want := range []string{
		`{"tenure":1,"plan":"007","paperless":true,"address":{"city":"Graz"}}limit=5`, `{"tenure":6,"plan":"b","paperless":false,"note":"x"}`,
	} {
		if !strings.Contains(sent, want) {
			t.Errorf("sent\n%s\nwithout %s", sent, want)
		}
	}
	if state := read(t, StateFile(dir+"/out.csv")); state != "" {
		t.Errorf("a finished run leaves %s", state)
	}
}

func TestJSONLines(t *testing.T) {
	s := newService(t)
	table := write(t, "t.jsonl", `{"tenure":1,"plan":"a","address":{"city":"Graz","zip":"8010"}}
{"tenure":"2","plan":"a"}
{"plan":"a"
{"plan":"\u001b[31m","tenure":4,"address.city":"Wien"}
`)
	dir := t.TempDir()
	got, err := run{service: s, dir: dir, table: table}.do(t)
	if err != nil {
		t.Fatal(err)
	}
	if want := "2 answered, 2 not sent, 0 left"; got.String() != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := read(t, dir+"/out.jsonl"), `{"row":1,"input":{"tenure":1,"plan":"a","address":{"city":"Graz","zip":"8010"}},"answer":{"p":{"x":1},"label":"a"}}
{"row":4,"input":{"plan":"\u001b[31m","tenure":4,"address.city":"Wien"},"answer":{"p":{"x":4},"label":"a"}}
`; got != want {
		t.Errorf("answers\n%s\nwant\n%s", got, want)
	}
	if got, want := read(t, dir+"/out.jsonl.failed"), `{"row":2,"why":"invalid","line":2,"reasons":[{"path":"tenure","message":"must be integer","line":1}],"input":{"tenure":"2","plan":"a"}}
{"row":3,"why":"broken","line":3,"reasons":[{"path":"","message":"not JSON at byte 12: the text ends in the middle"}]}
`; got != want {
		t.Errorf("failures\n%s\nwant\n%s", got, want)
	}
}

func TestColumnsThatDoNotFitAreToldBeforeAnythingIsSent(t *testing.T) {
	s := newService(t)
	for name, c := range map[string]struct {
		header string
		terms  Terms
		want   string // the error, then its lines; empty: it is sent
	}{
		"all":              {"tenure,plan", Terms{}, ""},
		"misspelt":         {"Tenure,plan,city", Terms{}, "--map 'Tenure=tenure' --map 'city=address.city'\ncolumn Tenure: there is no field Tenure; the nearest is tenure\ncolumn city: there is no field city; the nearest is address.city\nfield tenure is required, and there is no column for it"},
		"one too many":     {"tenure,plan,something", Terms{}, "--columns 'tenure,plan' sends these alone\ncolumn something: there is no field something"},
		"chosen":           {"tenure,plan,something", Terms{Only: []string{"tenure", "plan"}}, ""},
		"one is not there": {"tenure,plan", Terms{Only: []string{"tenure", "price"}}, "the table has no column price; it has tenure, plan"},
		"mapped to none":   {"tenure,plan", Terms{Names: map[string]string{"plan": "plam"}}, "--map 'plan=plan'\ncolumn plan: there is no field plam; the nearest is plan\nfield plan is required, and there is no column for it"},
		"missing":          {"tenure,note", Terms{}, "--fill takes them from the body that `berth predict --show-body` shows, --map COLUMN=FIELD names a column's field\nfield plan is required, and there is no column for it"},
		"missing inside":   {"tenure,plan,address.zip", Terms{}, "--fill takes them from the body that `berth predict --show-body` shows, --map COLUMN=FIELD names a column's field\nfield address.city is required, and there is no column for it"},
		"two to one":       {"tenure,months,plan", Terms{Names: map[string]string{"months": "tenure"}}, "without --map 'months=tenure', --columns 'tenure,plan' sends these alone\ncolumn months: field tenure has its values from column tenure"},
		"filled":           {"tenure", Terms{Fill: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(s.bodies)
			table := write(t, "t.csv", c.header+"\n"+strings.Repeat("1,", strings.Count(c.header, ","))+"1\n")
			got, err := run{service: s, dir: t.TempDir(), table: table, terms: c.terms}.do(t)
			if c.want == "" {
				if err != nil || got.Answered != 1 {
					t.Errorf("got %v, %v", got, err)
				}
				return
			}
			p, ok := errors.AsType[*stack.Problem](err)
			if !ok || !errors.Is(err, stack.ErrUsage) {
				t.Fatalf("got %v", err)
			}
			text := strings.TrimSpace(strings.Join(append([]string{p.Hint}, p.Lines...), "\n"))
			if !strings.Contains(c.want, "\n") {
				text = err.Error()
			}
			if !strings.HasSuffix(text, c.want) {
				t.Errorf("got %s\nwant %s", text, c.want)
			}
			if len(s.bodies) != before {
				t.Errorf("sent %q", s.bodies[before:])
			}
		})
	}
}

// What a hint says is enough.
func TestWhatIsHintedWorks(t *testing.T) {
	s := newService(t)
	for header, want := range map[string]string{
		"tenure,tenur,plan":    "--columns 'tenure,plan' sends these alone", // tenure has its column
		"plan,tenur,tenuer":    "--map 'tenur=tenure' --columns 'plan' sends these alone",
		"Tenure,Plan,City,Zip": "--map 'Tenure=tenure' --map 'Plan=plan' --map 'City=address.city' --map 'Zip=address.zip'",
		"Tenure":               "--map 'Tenure=tenure' --fill",
		"Tenure,other":         "--map 'Tenure=tenure' --columns 'Tenure' --fill sends these alone",
	} {
		table := write(t, "t.csv", header+"\n"+strings.Repeat("1,", strings.Count(header, ","))+"1\n")
		_, err := run{service: s, dir: t.TempDir(), table: table}.do(t)
		p, ok := errors.AsType[*stack.Problem](err)
		if !ok || p.Hint != want {
			t.Errorf("%s: got %v, want %s", header, err, want)
			continue
		}
		order, err := Parse("t.csv " + strings.TrimSuffix(p.Hint, " sends these alone"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := (run{service: s, dir: t.TempDir(), table: table, terms: order.Terms}).do(t); err != nil || got.Answered != 1 {
			t.Errorf("%s with %s: %v, %v", header, p.Hint, got, err)
		}
	}
}

// rowsOf are the numbers that begin the lines of a file, but its first.
func rowsOf(t *testing.T, file string) (rows []int) {
	t.Helper()
	table, err := csv.NewReader(strings.NewReader(read(t, file))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range table[1:] {
		n, err := strconv.Atoi(cells[0])
		if err != nil {
			t.Fatal(cells)
		}
		rows = append(rows, n)
	}
	return rows
}

func numbered(t *testing.T, n int) string {
	var b strings.Builder
	b.WriteString("tenure,plan\n")
	for i := 1; i <= n; i++ {
		if i%10 == 0 {
			fmt.Fprintln(&b, "none,a")
		} else {
			fmt.Fprintf(&b, "%d,\"a\nb\"\n", i)
		}
	}
	return write(t, "t.csv", b.String())
}

// whole fails unless each of n rows is in one of the files, once and in order.
func whole(t *testing.T, r run, n int) {
	t.Helper()
	var want, failed []int
	for i := 1; i <= n; i++ {
		if i%10 == 0 {
			failed = append(failed, i)
		} else {
			want = append(want, i)
		}
	}
	if got := rowsOf(t, r.out()); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("answers of rows %v", got)
	}
	if got := rowsOf(t, r.out()+".failed"); fmt.Sprint(got) != fmt.Sprint(failed) {
		t.Errorf("failures of rows %v", got)
	}
}

func TestARunThatIsInterruptedGoesOn(t *testing.T) {
	s := newService(t)
	ctx, cancel := context.WithCancel(t.Context())
	r := run{service: s, dir: t.TempDir(), table: numbered(t, 200), workers: 4, ctx: ctx}
	r.told = func(t Tally) {
		if t.Settled() == 75 {
			cancel()
		}
	}
	got, err := r.do(t)
	if !errors.Is(err, context.Canceled) || got.Settled() < 75 || got.Left() == 0 {
		t.Fatal(got, err)
	}
	again := run{service: s, dir: r.dir, table: r.table, workers: 4, resume: true}
	if got, err = again.do(t); err != nil || got.String() != "180 answered, 20 not sent, 0 left" {
		t.Fatal(got, err)
	}
	whole(t, r, 200)
	if len(s.bodies) != 180 {
		t.Errorf("%d requests for 180 rows", len(s.bodies))
	}
	if _, err := again.do(t); !errors.Is(err, os.ErrNotExist) {
		t.Error("a finished run went on:", err)
	}
}

func TestARunWhoseMachineDiedGoesOn(t *testing.T) {
	s := newService(t)
	for _, cut := range []int64{0, 1, 7, 60, 300} { // bytes that the disk has lost
		for _, torn := range []string{"", "99,12,\"a\n", "199,199,\"a\nb\",1,a,\n"} { // what a power cut may leave
			ctx, cancel := context.WithCancel(t.Context())
			r := run{service: s, dir: t.TempDir(), table: numbered(t, 100), workers: 3, ctx: ctx, crash: true}
			r.told = func(t Tally) {
				if t.Settled() == 55 {
					cancel()
				}
			}
			if _, err := r.do(t); !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			text := read(t, r.out())
			keep := max(int64(len(text))-cut, int64(strings.Index(text, "\n")+1))
			if err := os.WriteFile(r.out(), []byte(text[:keep]+torn), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := run{service: s, dir: r.dir, table: r.table, workers: 3, resume: true}.do(t)
			if err != nil || got.String() != "90 answered, 10 not sent, 0 left" {
				t.Fatal(got, err)
			}
			whole(t, r, 100)
		}
	}
}

func TestAnotherTableIsNotGoneOnWith(t *testing.T) {
	s := newService(t)
	ctx, cancel := context.WithCancel(t.Context())
	r := run{service: s, dir: t.TempDir(), table: numbered(t, 100), ctx: ctx, told: func(Tally) { cancel() }}
	if _, err := r.do(t); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	again := run{service: s, dir: r.dir, table: numbered(t, 101), resume: true}
	if _, err := again.do(t); !errors.Is(err, stack.ErrUsage) || !strings.Contains(err.Error(), "its content differs") {
		t.Error(err)
	}
	again.table, again.terms = r.table, Terms{Force: true}
	if _, err := again.do(t); !errors.Is(err, stack.ErrUsage) || !strings.Contains(err.Error(), "it began with other --map") {
		t.Error(err)
	}
	if _, err := (run{service: s, dir: r.dir, table: r.table}).do(t); !errors.Is(err, os.ErrExist) {
		t.Error("answers were written over:", err)
	}
}

// A service that dies and does not come back ends the run; what was on its way
// is sent again by the next. A row that it dies of is a failure then.
func TestTheServiceDies(t *testing.T) {
	s := newService(t)
	r := run{service: s, dir: t.TempDir(), table: numbered(t, 100), workers: 4}
	dead := false
	s.answer = func(w http.ResponseWriter, body map[string]any) {
		s.mu.Lock()
		dead = dead || body["tenure"] == 42.0
		now := dead
		s.mu.Unlock()
		if now {
			panic(http.ErrAbortHandler) // the connection breaks
		}
		fmt.Fprintf(w, `{"p":{"x":%v},"label":"a"}`, body["tenure"])
	}
	got, err := r.do(t)
	if err == nil || !strings.Contains(err.Error(), "the service is gone at row ") || got.Settled() > 41 || got.Silent > 0 {
		t.Fatal(got, err)
	}
	s.mu.Lock()
	s.answer = func(w http.ResponseWriter, body map[string]any) {
		if body["tenure"] == 42.0 {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, `{"p":{"x":%v},"label":"a"}`, body["tenure"])
	}
	s.mu.Unlock()
	r.resume = true
	if got, err = r.do(t); err != nil || got.String() != "89 answered, 1 without an answer, 10 not sent, 0 left" {
		t.Fatal(got, err)
	}
	if text := read(t, r.out()+".failed"); !strings.Contains(text, "\n42,") || !strings.Contains(text, ",no answer,,the service closed the connection without an answer") {
		t.Error(text)
	}
}

func TestNobodyListens(t *testing.T) {
	s := newService(t)
	r := run{service: s, dir: t.TempDir(), table: numbered(t, 100), workers: 4, told: func(t Tally) {
		if t.Settled() == 20 {
			s.Listener.Close() // connections that are open go on
			s.CloseClientConnections()
		}
	}}
	got, err := r.do(t)
	if err == nil || !strings.Contains(err.Error(), "the service is gone at row ") || got.Silent > 0 || got.Left() == 0 {
		t.Fatal(got, err)
	}
}

func TestOneRowWithoutAnAnswerIsAFailure(t *testing.T) {
	s := newService(t)
	s.answer = func(w http.ResponseWriter, body map[string]any) {
		if body["tenure"] == 42.0 {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprintf(w, `{"p":{"x":%v},"label":"a"}`, body["tenure"])
	}
	r := run{service: s, dir: t.TempDir(), table: numbered(t, 100), workers: 4}
	got, err := r.do(t)
	if err != nil || got.String() != "89 answered, 1 without an answer, 10 not sent, 0 left" {
		t.Fatal(got, err)
	}
}
