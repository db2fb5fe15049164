package batch

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"berth/predict"
	"berth/safetext"
)

// Why says why a row was not answered as it should be.
type Why string

// What may come of a row.
const (
	Answered Why = ""
	Broken   Why = "broken"    // it cannot be read
	Invalid  Why = "invalid"   // it does not fit the schema and was not sent
	Refused  Why = "refused"   // a status beyond 2xx
	Silent   Why = "no answer" // or not all of it
)

// Result is what came of a row.
type Result struct {
	Row     Row
	Why     Why
	Status  int
	Reasons []predict.FieldError
	Answer  []byte
	JSON    bool
}

// form writes results as the table is written.
type form struct {
	format  Format
	input   []string // columns of CSV
	answers []string // columns of answers in CSV; nil: there is no answer yet
}

// otherColumn has what no other column of answers has, as JSON.
const otherColumn = "answer (other)"

// own is a column's name that the input does not have.
func (f *form) own(name string) string {
	for index(f.input, name) >= 0 {
		name = "berth_" + name
	}
	return name
}

// header is the first line of the answers, empty in JSONL. The first answer says
// what columns there are.
func (f *form) header(first Result) []byte {
	if f.format == JSONL {
		f.answers = []string{}
		return nil
	}
	f.answers = []string{}
	for _, m := range leavesOf(first) {
		f.answers = append(f.answers, m.Path)
	}
	all := append([]string{f.own("row")}, f.input...)
	for _, name := range append(f.answers, otherColumn) {
		all = append(all, f.own(name))
	}
	return record(all)
}

func leavesOf(r Result) []predict.Member {
	if !r.JSON {
		text, _ := json.Marshal(string(r.Answer)) // a string always is one
		return []predict.Member{{Path: "answer", Value: text}}
	}
	list, err := predict.Leaves(r.Answer)
	if err != nil { // numbers beyond all bounds
		return []predict.Member{{Path: "answer", Value: r.Answer}}
	}
	for i := range list {
		list[i].Path = strings.TrimSuffix("answer."+list[i].Path, ".")
	}
	return list
}

// answer is a line of the answers; other reports that it has something for which
// there is no column.
func (f *form) answer(r Result) (text []byte, other bool) {
	if f.format == JSONL {
		doc := struct {
			Row    int64           `json:"row"`
			Input  json.RawMessage `json:"input"`
			Answer json.RawMessage `json:"answer,omitempty"`
			Text   string          `json:"text,omitempty"`
		}{Row: r.Row.N, Input: r.Row.Text}
		if doc.Answer = r.Answer; !r.JSON {
			doc.Answer, doc.Text = nil, string(r.Answer)
		}
		return object(doc), false
	}
	cells := append([]string{strconv.FormatInt(r.Row.N, 10)}, r.Row.Cells...)
	from := len(cells)
	cells = append(cells, make([]string, len(f.answers)+1)...)
	rest := map[string]json.RawMessage{}
	for _, m := range leavesOf(r) {
		if i := index(f.answers, m.Path); i >= 0 {
			cells[from+i] = m.Text()
		} else {
			rest[m.Path] = m.Value
		}
	}
	if len(rest) > 0 {
		cells[len(cells)-1] = strings.TrimSuffix(string(object(rest)), "\n")
	}
	return record(cells), len(rest) > 0
}

// failureHeader is the first line of the failures, empty in JSONL.
func (f *form) failureHeader() []byte {
	if f.format == JSONL {
		return nil
	}
	var all []string
	for _, name := range []string{"row", "line", "why", "status", "reasons"} {
		all = append(all, f.own(name))
	}
	return record(append(all, f.input...))
}

// failure is a line of the failures. Of a row that cannot be read it says where
// it is.
func (f *form) failure(r Result) []byte {
	if f.format == JSONL {
		return object(struct {
			settled
			Line    int64                `json:"line"`
			Reasons []predict.FieldError `json:"reasons,omitempty"`
			Input   json.RawMessage      `json:"input,omitempty"`
		}{settled{Row: r.Row.N, Why: r.Why, Status: r.Status}, r.Row.Line, r.Reasons, r.Row.Text})
	}
	status := ""
	if r.Status > 0 {
		status = strconv.Itoa(r.Status)
	}
	var reasons []string
	for _, reason := range r.Reasons {
		reasons = append(reasons, reason.String())
	}
	cells := []string{strconv.FormatInt(r.Row.N, 10), strconv.FormatInt(r.Row.Line, 10), string(r.Why), status, strings.Join(reasons, "; ")}
	if r.Row.Cells == nil {
		return record(append(cells, make([]string, len(f.input))...))
	}
	return record(append(cells, r.Row.Cells...))
}

// settled is what has to be known of a line that was written.
type settled struct {
	Row    int64 `json:"row"`
	Why    Why   `json:"why,omitempty"`
	Status int   `json:"status,omitempty"`
	other  bool  // there is something in otherColumn
}

// read is what a whole line says that answer or failure has written.
func (f *form) read(text []byte, failure bool) (s settled, err error) {
	if f.format == JSONL {
		err = json.Unmarshal(text, &s)
		return s, err
	}
	cells, err := csv.NewReader(bytes.NewReader(text)).Read()
	if err != nil {
		return s, err
	}
	want := 1 + len(f.input) + len(f.answers) + 1
	if failure {
		want = 5 + len(f.input)
	}
	if len(cells) != want {
		return s, fmt.Errorf("it has %d columns, not %d", len(cells), want)
	}
	s.Row, err = strconv.ParseInt(cells[0], 10, 64)
	switch {
	case err != nil:
	case !failure:
		s.other = cells[want-1] != ""
	default:
		if s.Why = Why(cells[2]); cells[3] != "" {
			s.Status, err = strconv.Atoi(cells[3])
		}
	}
	return s, err
}

func record(cells []string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(cells) // into memory
	w.Flush()
	return b.Bytes()
}

func object(doc any) []byte {
	var b bytes.Buffer
	if err := safetext.NewEncoder(&b).Encode(doc); err != nil {
		panic(err) // it is made of JSON
	}
	return b.Bytes()
}
