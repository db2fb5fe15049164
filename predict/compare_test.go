package predict

import (
	"fmt"
	"strings"
	"testing"
)

// tolerance is the usual one.
const tolerance = 1e-6

func TestCompare(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		tolerance     float64
		want          string // differences, one a line
	}{
		"same bytes":             {`{"p": 0.5}`, `{"p": 0.5}`, 0, ""},
		"same values":            {`{"a": 1, "b": [true, null]}`, "{\"b\":[true,null],\n\"a\":1.0}", 0, ""},
		"within tolerance":       {`{"p": 0.93841}`, `{"p": 0.9384100001}`, tolerance, ""},
		"beyond tolerance":       {`{"p": 0.93841}`, `{"p": 0.93979}`, tolerance, "p 0.93841 → 0.93979 (+0.00138)"},
		"exact asked for":        {`[0.1]`, `[0.10000000000000002]`, 0, "[0] 0.1 → 0.10000000000000002 (+0.00000)"},
		"relative, not absolute": {`[1e-9, 1e9]`, `[2e-9, 1000000001]`, tolerance, "[0] 1e-9 → 2e-9 (+0.00000)"},
		"from zero":              {`0`, `1e-12`, tolerance, " 0 → 1e-12 (+0.00000)"},
		"zero is zero":           {`0`, `-0.0`, 0, ""},
		"another type":           {`{"p": 1}`, `{"p": "1"}`, tolerance, `p 1 → "1"`},
		"gone and new":           {`{"old": 1, "both": 2}`, `{"both": 2, "new": null}`, 0, "old 1 → \nnew  → null"},
		"null is not gone":       {`{"p": null}`, `{}`, 0, "p null → "},
		"longer":                 {`{"labels": ["a"]}`, `{"labels": ["a", "b"]}`, 0, `labels[1]  → "b"`},
		"nested":                 {`{"m": {"version": "1", "n": [1, 2]}}`, `{"m": {"version": "2", "n": [1, 3]}}`, 0, "m.version \"1\" → \"2\"\nm.n[1] 2 → 3 (+1.00000)"},
		"a list for a value":     {`{"p": [1]}`, `{"p": 1}`, 0, "p [1] → 1"},
		"not JSON":               {"ok", "OK", 0, " ok → OK"},
		"no longer JSON":         {`{"p": 1}`, "Internal Server Error", 0, ` {"p": 1} → Internal Server Error`},
		"beyond float64":         {`1e999`, `2e999`, 1, " 1e999 → 2e999"},
		"escapes":                {`"a"`, `"\u001b[31m"`, 0, ` "a" → "\u001b[31m"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare([]byte(c.before), []byte(c.after), c.tolerance)
			var lines []string
			for _, d := range got.Differences {
				line := fmt.Sprintf("%s %s → %s", d.Path, d.Before, d.After)
				if d.Change != nil {
					line += fmt.Sprintf(" (%+.5f)", *d.Change)
				}
				lines = append(lines, line)
			}
			if text := strings.Join(lines, "\n"); text != c.want || got.Same != (c.want == "") {
				t.Errorf("got %t\n%s\nwant\n%s", got.Same, text, c.want)
			}
		})
	}
}

func TestADifferenceInOneLine(t *testing.T) {
	for name, c := range map[string]struct{ before, after, want string }{
		"short":        {`{"p": 0.91}`, `{"p": 0.95}`, "p 0.91 → 0.95 (+0.04)"},
		"long":         {`{"p": 0.6535576197228503}`, `{"p": 0.654558}`, "p 0.6536 → 0.6546 (+0.001)"},
		"hardly":       {`{"p": 0.6535576197228503}`, `{"p": 0.6535586}`, "p 0.6535576197228503 → 0.6535586 (+9.803e-07)"},
		"new":          {`{}`, `{"p": 1}`, "p nothing → 1"},
		"another type": {`1`, `"1"`, `1 → "1"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := Compare([]byte(c.before), []byte(c.after), 0).Differences
			if len(got) != 1 || got[0].String() != c.want {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

// What is tolerated is still told.
func TestDifferencesThatLookTheSameAreWrittenOut(t *testing.T) {
	got := Compare([]byte("[0.5, 0.12345]"), []byte("[0.50001, 0.23456]"), 0)
	if a, b := got.Differences[0].String(), got.Differences[1].String(); a != "[0] 0.5 → 0.50001 (+1e-05)" || b != "[1] 0.1235 → 0.2346 (+0.1111)" {
		t.Errorf("got %q and %q", a, b)
	}
}

func TestCompareTellsTheLargestDifference(t *testing.T) {
	got := Compare([]byte(`[1.0, 100]`), []byte(`[1.0000005, 100.00001]`), tolerance)
	if !got.Same || got.Largest < 4.9e-7 || got.Largest > 5.1e-7 {
		t.Errorf("got %+v", got)
	}
}
