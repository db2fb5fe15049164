package batch

import (
	"errors"
	"reflect"
	"testing"

	"berth/stack"
)

func TestAnOrderIsReadFromALine(t *testing.T) {
	for text, want := range map[string]Order{
		"customers.csv":                 {File: "customers.csv", Out: "customers.answers.csv", Failures: "customers.failures.csv", Workers: 4},
		`"my rows.jsonl" --out a.csv`:   {File: "my rows.jsonl", Out: "a.csv", Failures: "my rows.failures.jsonl", Workers: 4},
		"--columns 'a b,c' x.csv":       {File: "x.csv", Out: "x.answers.csv", Failures: "x.failures.csv", Workers: 4, Terms: Terms{Only: []string{"a b", "c"}}},
		"x.csv --workers 1 --map a=b=c": {File: "x.csv", Out: "x.answers.csv", Failures: "x.failures.csv", Workers: 1, Terms: Terms{Names: map[string]string{"a=b": "c"}}},
		"rows --map 'Months'=tenure --fill": {
			File: "rows", Out: "rows.answers.csv", Failures: "rows.failures.csv", Workers: 4,
			Terms: Terms{Names: map[string]string{"Months": "tenure"}, Fill: true},
		},
	} {
		if got, err := Parse(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
	t.Setenv("HOME", "/home/me")
	if o, err := Parse(`~/"R&D.csv"`); err != nil || o.File != "/home/me/R&D.csv" || o.Out != "/home/me/R&D.answers.csv" {
		t.Errorf("%+v, %v", o, err)
	}
	for _, text := range []string{"", `"rows`, "x.csv --out", "x.csv 8", "x.csv --workers many", "x.csv --map =a", "x.csv --map a=", "x.csv --filled", "--help", "R&D.csv", "a;b.csv --fill", "x.csv --map A=b>c --fill", "customers(1).csv"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%s: %+v", text, got)
		}
	}
	for _, text := range []string{"x.csv --workers 0", "x.csv --workers 257", "x.csv --out x.csv"} {
		if _, err := Parse(text); !errors.Is(err, stack.ErrUsage) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
