package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func told(f *File) string {
	var b strings.Builder
	for _, c := range f.Cases {
		fmt.Fprintf(&b, "%d %s %s", c.Line, c.Name, c.Body)
		if c.Status != 0 || c.Answer != nil {
			fmt.Fprintf(&b, " → %d %s", c.Status, c.Answer)
		}
		fmt.Fprintln(&b)
	}
	for _, flaw := range f.Flaws {
		fmt.Fprintln(&b, flaw)
	}
	return b.String()
}

func TestAFileInBothForms(t *testing.T) {
	const inYAML = `# comment
defaults:
  service: model-api
  endpoint: POST /predict
  headers: {authorization: "Bearer ${TOKEN}"}
  tolerances:
    churn_probability: {absolute: 0.01}
    id: ignore
  assert: .churn_probability <= 1

cases:
  - name: new customer   # what matters most
    body: &customer {tenure: 4, monthly_charges: 89.5, since: 2026-01-01}
    expect:
      status: 200
      answer: {churn_probability: 0.81, churn: true}

  - name: old customer
    body:
      <<: *customer
      tenure: 0x28
      note: |
        two
        lines
    expect: {answer: [1.50, .5, null, 'it''s', "é"]}
    params: {limit: 3}
    assert:
      - .churn == false
      - .id | length > 2
`
	f := Parse("predictions/churn.yaml", []byte(inYAML))
	want := `12 new customer {"tenure":4,"monthly_charges":89.5,"since":"2026-01-01"} → 200 {"churn_probability":0.81,"churn":true}
18 old customer {"tenure":40,"note":"two\nlines\n","monthly_charges":89.5,"since":"2026-01-01"} → 0 [1.50,0.5,null,"it's","é"]
`
	if got := told(f); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	c := f.Cases[1]
	if c.Service != "model-api" || c.Endpoint != "POST /predict" || c.Headers["authorization"] != "Bearer ${TOKEN}" || c.Params["limit"] != "3" ||
		len(c.Assert) != 3 || len(c.Tolerances) != 2 || c.Tolerances[0].Absolute != 0.01 || !c.Tolerances[1].Ignore {
		t.Errorf("got %+v", c)
	}

	const inJSON = `{"defaults": {"endpoint": "/predict", "tolerances": {"p": {"relative": 0.1, "absolute": 1}}}}
{"name": "a", "body": {"b": 1, "a": 1.50}, "expect": {"status": 422}}

{"name": "b", "body": [], "tolerances": {"q": "ignore"}}
`
	f = Parse("predictions/churn.jsonl", []byte(inJSON))
	if got, want := told(f), "2 a {\"b\":1,\"a\":1.50} → 422 \n4 b []\n"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if c := f.Cases[1]; c.Endpoint != "/predict" || len(c.Tolerances) != 2 || !c.Open || f.Cases[0].Open {
		t.Errorf("got %+v", c)
	}
}

// What is broken is named, and costs nothing else.
func TestBrokenLines(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"a line of JSON": {"s.jsonl", `{"name": "a", "body": 1}
{"name": "b", "body": 1
{"name": "c", "body": 1}`, `1 a 1
3 c 1
s.jsonl:2: not JSON at byte 24 of the line: unexpected end of JSON input
`},
		"not UTF-8": {"s.jsonl", "{\"name\": \"\xff\", \"body\": 1}\n{\"name\": \"c\", \"body\": 1}", "2 c 1\ns.jsonl:1: it is not UTF-8\n"},
		"what no case has": {"s.jsonl", `{"name": "a", "bodi": 1}
[1]
{"body": 1}
{"name": "d", "body": 1, "body": 2}
{"defaults": {}}
{"name": "e", "body": 1}`, `6 e 1
s.jsonl:1: "bodi" is none of name, service, endpoint, params, headers, body, expect, tolerances, assert
s.jsonl:1: the case has no body
s.jsonl:2: it is no object with a name and a body
s.jsonl:3: the case has no name
s.jsonl:4: "body" is there twice
s.jsonl:5: defaults are the first line, by themselves
`},
		"values that are none": {"s.yaml", `defaults: {body: 1}
cases:
  - name: a
    body: 1
    expect:
      status: 42
      answers: 1
    tolerances:
      p: 0.1
      q: {absolut: 1}
      r: {relative: -1}
  - name: b
    body: 1
    assert:
      - .a ==
      - 1
  - name: c
    body: .inf
  - name: d
    body: 1
`, `19 d 1
s.yaml:1: defaults have no "body": only service, endpoint, params, headers, tolerances, assert
s.yaml:6: status has to be a number from 100 to 599
s.yaml:7: "answers" is none of status, answer
s.yaml:9: p: a tolerance is "ignore", or an object with absolute, relative or both
s.yaml:10: q: a tolerance is "ignore", or an object with absolute, relative or both
s.yaml:11: r: relative has to be a number from 0
s.yaml:15: .a ==: no jq query: unexpected EOF
s.yaml:16: assert has to be a text in the syntax of jq, or a list of them
s.yaml:18: .inf is no number of JSON
`},
		"a case that is no YAML": {"s.yaml", `defaults: {endpoint: /predict}
cases:
  - name: a
    body: {x: 1}
  - name: b
    body: {x: 1
  - name: c: d
  - name: e
    body: 5
`, `3 a {"x":1}
8 e 5
s.yaml:6: not YAML: while parsing a flow mapping, did not find expected ',' or '}'
s.yaml:7: not YAML: mapping values are not allowed in this context
`},
		"a name twice in YAML": {"s.yaml", "cases:\n- {name: a, body: 1}\n- {name: b, body: {x: 1, x: 2}}\n", "2 a 1\ns.yaml:3: \"x\" is there twice\n"},
		"no cases":             {"s.yaml", "name: a\nbody: 1\n", "s.yaml:1: \"name\" is none of defaults, cases\ns.yaml:1: it has no \"cases:\"\ns.yaml:2: \"body\" is none of defaults, cases\n"},
		"nothing":              {"s.yaml", "", ""},
		"the same name":        {"s.jsonl", "{\"name\": \"a\", \"body\": 1}\n{\"name\": \"a\", \"body\": 2}", "1 a 1\n2 a 2\ns.jsonl:2: the name \"a\" is taken by s.jsonl:1\n"},
		"an alias of itself":   {"s.yaml", "cases:\n  - name: a\n    body: &x [*x]\n  - name: b\n    body: 1\n", "4 b 1\ns.yaml:3: with its aliases it is larger than 262144 values or 200 levels\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := told(Parse(c.file, []byte(c.text))); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// A file of aliases of aliases must not take the memory of what it means.
func TestAliasesOfAliases(t *testing.T) {
	text := "a: &x0 [1,1,1,1,1,1,1,1,1,1]\n"
	for i := range 12 {
		x := fmt.Sprintf("*x%d", i)
		text += fmt.Sprintf("b%d: &x%d [%s]\n", i, i+1, strings.Join([]string{x, x, x, x, x, x, x, x, x, x}, ","))
	}
	if f := Parse("s.yaml", []byte(text+"cases: []\n")); len(f.Flaws) == 0 {
		t.Error("no flaw")
	}
}

func TestReadDir(t *testing.T) {
	dir := t.TempDir()
	if files, err := ReadDir(dir); files != nil || err != nil {
		t.Errorf("without a folder: %v, %v", files, err)
	}
	for name, text := range map[string]string{
		"b.jsonl": `{"name": "a", "body": 1}`, "a.yaml": "cases: [{name: a, body: 1}]", "c.yml": "cases: []", "notes.md": "x", ".hidden.yaml": "x",
	} {
		if err := os.MkdirAll(filepath.Join(dir, Dir, "sub.yaml"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, Dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("nowhere", filepath.Join(dir, Dir, "d.yaml")); err != nil {
		t.Fatal(err)
	}
	files, err := ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, fmt.Sprintf("%s %d %v", f.Name, len(f.Cases), f.Flaws))
	}
	want := []string{
		"predictions/a.yaml 1 []", `predictions/b.jsonl 1 [predictions/b.jsonl:1: the name "a" is taken by predictions/a.yaml:1]`, "predictions/c.yml 0 []",
		"predictions/d.yaml 0 [predictions/d.yaml: stat " + filepath.Join(dir, Dir, "d.yaml") + ": no such file or directory]",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if !files[0].Called("a") || !files[0].Called("predictions/a.yaml") || files[0].Called("b") || !files[1].Called("b.jsonl") {
		t.Error("names")
	}
}
