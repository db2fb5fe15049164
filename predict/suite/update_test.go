package suite

import (
	"strings"
	"testing"

	"berth/predict"
	"berth/stack"
)

// judged is what the cases of a file come to when each gets an answer, by name.
func judged(t *testing.T, f *File, answers map[string]predict.Response) []Result {
	t.Helper()
	var results []Result
	for _, c := range f.Cases {
		resp, ok := answers[c.Name]
		if !ok {
			t.Fatalf("no answer for %q", c.Name)
		}
		results = append(results, c.Judge(t.Context(), resp, nil))
	}
	return results
}

const commented = `# The customers that matter.
defaults:
  tolerances: {p: {absolute: 0.01}, id: ignore}

cases:
  # the first one
  - name: scalars   # in lines
    body: {x: 1}
    expect:
      status: 200
      answer:
        p: 0.81      # was 0.79 before the holidays
        label: 'stays'
        churn: true
        id: abc

  - name: flow
    expect: {answer: {p: 0.5, "label": "stays", list: [1, 2]}}  # behind
    body: {x: 2}
  - name: grows
    body: {x: 3}
    expect:
      answer:
        - {p: 1}
      # below

  - name: refused
    body: {x: -1}
    expect:
      status: 200   # for now
  - {name: open, body: {x: 5}}
  - name: open too
    body:
      x: 6          # six
# the end
`

func TestUpdateKeepsAllElse(t *testing.T) {
	f := Parse("s.yaml", []byte(commented))
	results := judged(t, f, map[string]predict.Response{
		"scalars":  answered(200, `{"p": 0.95, "label": "stays", "churn": false, "id": "new"}`),
		"flow":     answered(200, `{"p": 0.505, "label": "goes: away", "list": [1, 3.5]}`),
		"grows":    answered(200, `[{"p": 1}, {"p": 2, "why": "yes"}]`),
		"refused":  answered(422, `{"detail": []}`),
		"open":     answered(200, `{"p": 1}`),
		"open too": answered(200, `{"p": 1, "long": "`+strings.Repeat("x", 100)+`"}`),
	})
	text, updated, flaws := f.Update(results)
	want := strings.NewReplacer(
		"p: 0.81 ", "p: 0.95 ", "churn: true", "churn: false",
		`"label": "stays", list: [1, 2]`, `"label": "goes: away", list: [1, 3.5]`,
		"        - {p: 1}", "        - {p: 1}\n        - {p: 2, why: \"yes\"}",
		"status: 200   #", "status: 422   #",
		"{name: open, body: {x: 5}}", "{name: open, body: {x: 5}, expect: {status: 200, answer: {p: 1}}}",
		"# six\n", "# six\n    expect:\n      status: 200\n      answer:\n        p: 1\n        long: "+strings.Repeat("x", 100)+"\n",
	).Replace(commented)
	if string(text) != want || updated != 6 || flaws != nil {
		t.Errorf("%d updated, %v\n%s", updated, flaws, text)
	}
	again := Parse("s.yaml", text)
	if text, updated, _ := again.Update(judged(t, again, map[string]predict.Response{
		"scalars":  answered(200, `{"p": 0.95, "label": "stays", "churn": false, "id": "new"}`),
		"flow":     answered(200, `{"p": 0.505, "label": "goes: away", "list": [1, 3.5]}`),
		"grows":    answered(200, `[{"p": 1}, {"p": 2, "why": "yes"}]`),
		"refused":  answered(422, `{"detail": []}`),
		"open":     answered(200, `{"p": 1}`),
		"open too": answered(200, `{"p": 1, "long": "`+strings.Repeat("x", 100)+`"}`),
	})); updated != 0 || string(text) != want {
		t.Errorf("again %d\n%s", updated, text)
	}
}

func TestUpdateJSONLines(t *testing.T) {
	const before = `{"defaults":{"tolerances":{"p":{"absolute":0.01}}}}

{"name": "spaced", "body": {"x": 1.50}, "expect": {"answer": {"p": 0.5,   "l": "a"}}}
{"name":"tight","body":1,"expect":{"answer":{"p":0.5}}}
{broken
{"name":"open","body":1}
`
	f := Parse("s.jsonl", []byte(before))
	text, updated, flaws := f.Update(judged(t, f, map[string]predict.Response{
		"spaced": answered(200, `{"p":0.505,"l":"b \u2028"}`), "tight": answered(200, `{"p":0.6,"q":[1,2]}`), "open": answered(200, `[1]`),
	}))
	want := strings.NewReplacer(`"l": "a"`, `"l": "b \u2028"`, `{"p":0.5}`, `{"p":0.6,"q":[1,2]}`, `"open","body":1`, `"open","body":1,"expect":{"status":200,"answer":[1]}`).Replace(before)
	if string(text) != want || updated != 3 || flaws != nil {
		t.Errorf("%d updated, %v\n%s", updated, flaws, text)
	}
}

// What cannot or must not be rewritten is told, and left as it is.
func TestUpdateLeaves(t *testing.T) {
	const before = `cases:
  - {name: down, body: 1, expect: {status: 200}}
  - {name: asserts, body: 1, assert: . == 2}
  - name: alias
    body: &x {a: 1}
    expect:
      answer: {<<: *x}
`
	f := Parse("s.yaml", []byte(before))
	text, updated, flaws := f.Update(judged(t, f, map[string]predict.Response{
		"down": answered(503, `{}`), "asserts": answered(200, `1`), "alias": answered(200, `{"a": 2}`),
	}))
	var told []string
	for _, flaw := range flaws {
		told = append(told, flaw.String())
	}
	want := `s.yaml:2: "down": status 503 is not what to expect of a service
s.yaml:3: "asserts": what it asserts is not true: nothing to rewrite`
	if got := strings.Join(told, "\n"); got != want || updated != 1 {
		t.Errorf("%d updated\n%s", updated, got)
	}
	if got := string(text); got != strings.Replace(before, "{<<: *x}", "{a: 2}", 1) {
		t.Errorf("got\n%s", got)
	}
}

// An anchor that others use must not take them with it.
func TestUpdateOfAnAnchorThatOthersUse(t *testing.T) {
	const before = `cases:
  - name: a
    body: &x {a: 1}
    expect: {answer: &y {a: 1}}
  - name: b
    body: *y
    expect: {status: 200}
`
	f := Parse("s.yaml", []byte(before))
	text, updated, flaws := f.Update(judged(t, f, map[string]predict.Response{"a": answered(200, `{"a": 2}`), "b": answered(200, `1`)}))
	if updated != 0 || len(flaws) != 1 || !strings.Contains(flaws[0].Text, "without changing more than it should") || string(text) != before {
		t.Errorf("%d updated, %v\n%s", updated, flaws, text)
	}
}

func TestAdd(t *testing.T) {
	kept := Kept{Name: "new: one", Service: "model-api", Endpoint: "POST /predict", Body: []byte("{\n  \"x\": 1.50\n}"), Status: 200, Answer: []byte(`{"p":0.81}`)}
	with := kept
	with.Params, with.Headers = []stack.Sent{{Name: "limit", Value: "3"}}, []stack.Sent{{Name: "Authorization", Value: "Bearer $TOKEN"}}
	text, err := Parse("s.jsonl", nil).Add(with)
	if c := Parse("s.jsonl", text).Cases; err != nil || len(c) != 1 || c[0].Params["limit"] != "3" || c[0].Headers["Authorization"] != "Bearer $TOKEN" {
		t.Errorf("%v\n%s", err, text)
	}
	const added = "name: \"new: one\"\n    body: {x: 1.50}\n    expect:\n      status: 200\n      answer: {p: 0.81}\n"
	for name, c := range map[string]struct{ file, before, want string }{
		"a new file":   {"s.yaml", "", "# What was answered, kept with `berth predict --keep`; `berth predict --suite` asks again.\ndefaults:\n  service: model-api\n  endpoint: POST /predict\n\ncases:\n  - " + strings.Replace(added, "expect:\n      status: 200\n      answer: {p: 0.81}", "expect: {status: 200, answer: {p: 0.81}}", 1)},
		"new lines":    {"s.jsonl", "", `{"defaults": {"service": "model-api", "endpoint": "POST /predict"}}` + "\n" + `{"name": "new: one", "body": {"x": 1.50}, "expect": {"status": 200, "answer": {"p": 0.81}}}` + "\n"},
		"a line":       {"s.jsonl", `{"name":"a","body":1}`, `{"name":"a","body":1}` + "\n" + `{"name":"new: one","service":"model-api","endpoint":"POST /predict","body":{"x":1.50},"expect":{"status":200,"answer":{"p":0.81}}}` + "\n"},
		"after others": {"s.yaml", "defaults: {service: model-api}\ncases:\n- name: a\n  body: 1   # one\n\n- name: b\n  body: 1   # two\n# end\n", "defaults: {service: model-api}\ncases:\n- name: a\n  body: 1   # one\n\n- name: b\n  body: 1   # two\n\n- name: \"new: one\"\n  endpoint: POST /predict\n  body: {x: 1.50}\n  expect: {status: 200, answer: {p: 0.81}}\n# end\n"},
		"no line end":  {"s.yaml", "defaults: {service: model-api, endpoint: POST /predict}\ncases:\n  - {name: a, body: 1}", "defaults: {service: model-api, endpoint: POST /predict}\ncases:\n  - {name: a, body: 1}\n  - name: \"new: one\"\n    body: {x: 1.50}\n    expect: {status: 200, answer: {p: 0.81}}\n"},
	} {
		t.Run(name, func(t *testing.T) {
			f := Parse(c.file, []byte(c.before))
			text, err := f.Add(kept)
			if err != nil || string(text) != c.want {
				t.Errorf("%v\n%s\nwant\n%s", err, text, c.want)
			}
			now := Parse(c.file, text)
			last := now.Cases[len(now.Cases)-1]
			if len(now.Flaws) > 0 || last.Service != "model-api" || last.Endpoint != "POST /predict" || last.Name != "new: one" {
				t.Errorf("read again: %v %+v", now.Flaws, last)
			}
		})
	}
	for name, c := range map[string]struct{ file, before, want string }{
		"the name is taken": {"s.jsonl", `{"name": "new: one", "body": 1}`, `there is a case "new: one" already (s.jsonl:1); take another name`},
		"a broken file":     {"s.yaml", "cases:\n  - name: a\n", "line 2 is broken: the case has no body"},
		"in brackets":       {"s.yaml", "cases: [{name: a, body: 1}]\n", "which one more could be written below"},
	} {
		t.Run(name, func(t *testing.T) {
			if text, err := Parse(c.file, []byte(c.before)).Add(kept); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\n%s", err, text)
			}
		})
	}
}

// Whatever a file holds, reading it ends, and rewriting it changes no more than
// it should: Update checks itself, and this checks that it does not panic.
func FuzzUpdate(f *testing.F) {
	f.Add(commented, true)
	f.Add("cases:\n- {name: a, body: 1, expect: {answer: \"x\"}}\n", true)
	f.Add("cases:\n- name: a\n  body: 1\n  expect:\n    answer: |\n      x\n      y\n", true)
	f.Add("cases:\n- name: a\n  body: 1\n  expect:\n    answer:\n", true)
	f.Add("cases:\n- ? name\n  : a\n  body: !x &y\n   z\n  expect: &w\n    answer: *y\n", true)
	f.Add(`{"name": "a", "body": 1, "expect": {"answer": {"b": [1, "\ud800"]}}}`, false)
	f.Fuzz(func(t *testing.T, text string, inYAML bool) {
		name := "s.jsonl"
		if inYAML {
			name = "s.yaml"
		}
		file := Parse(name, []byte(text))
		var results []Result
		for _, c := range file.Cases {
			c.Assert = nil
			results = append(results, c.Judge(t.Context(), answered(200, `{"p": 0.125, "list": [{"a": 1}]}`), nil))
		}
		now, updated, _ := file.Update(results)
		if updated == 0 && string(now) != text {
			t.Errorf("changed without a reason:\n%s", now)
		}
		if _, err := file.Add(Kept{Name: "kept", Service: "s", Endpoint: "POST /p", Body: []byte("1"), Status: 200, Answer: []byte("x")}); err == nil && len(file.Flaws) > 0 && inYAML {
			return
		}
	})
}
