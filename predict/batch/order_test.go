package batch

import (
	"errors"
	"reflect"
	"testing"

	"berth/stack"
)

func TestAnOrderIsReadFromALine(t *testing.T) {
	for text, want := range map[string]Order{
		"customers.csv":            {File: "customers.csv", Out: "customers.answers.csv", Failures: "customers.failures.csv", Workers: 4},
		`"my rows.jsonl" to a.csv`: {File: "my rows.jsonl", Out: "a.csv", Failures: "my rows.failures.jsonl", Workers: 4},
		"rows Months=tenure 8 workers fill": {
			File: "rows", Out: "rows.answers.csv", Failures: "rows.failures.csv", Workers: 8,
			Terms: Terms{Names: map[string]string{"Months": "tenure"}, Fill: true},
		},
		"x.csv 1 worker a=b=c": {File: "x.csv", Out: "x.answers.csv", Failures: "x.failures.csv", Workers: 1, Terms: Terms{Names: map[string]string{"a=b": "c"}}},
	} {
		if got, err := Parse(text); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"", `"rows`, "x.csv to", "x.csv 8", "x.csv 8 men", "x.csv =a", "x.csv a=", "x.csv filled"} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%s: %+v", text, got)
		}
	}
	for _, text := range []string{"x.csv 0 workers", "x.csv 257 workers", "x.csv to x.csv"} {
		if _, err := Parse(text); !errors.Is(err, stack.ErrUsage) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
