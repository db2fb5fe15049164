package query

import (
	"context"
	"errors"
	"strings"
	"testing"
)

const answer = `{"predictions":[{"p":0.9398,"big":12345678901234567890},{"p":0.1}]}`

func TestWhatAQueryGives(t *testing.T) {
	for _, c := range []struct{ query, body, want, err string }{
		{".predictions[].p", answer, "0.9398|0.1|", ""},
		{".predictions[0].big", answer, "12345678901234567890|", ""},
		{"map_values(length)", answer, `{"predictions":2}|`, ""},
		{"empty", answer, "", ""},
		{".a", "{\"a\":1}\n{\"a\":2}", "1|2|", ""},
		{"1, halt, 2", answer, "1|", ""},
		{".predictions | .p", answer, "", "expected an object"},
		{".", "nothing", "", "not JSON"},
		{`"1", error("so\u001b]0;x\u0007")`, "1", `"1"|`, "error: so"},
		{"env", "1", "{}|", ""},
	} {
		q, err := Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		got, n, err := q.Run(t.Context(), []byte(c.body))
		if text := strings.ReplaceAll(string(got), "\n", "|"); text != c.want || n != strings.Count(c.want, "|") {
			t.Errorf("%s gives %d values %q, want %q", c.query, n, text, c.want)
		}
		if (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", c.query, err, c.err)
		}
	}
}

func TestWhatIsNoQuery(t *testing.T) {
	for _, text := range []string{".[", "nosuch", `include "x"; .`, "input_line_number | $x"} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), "no jq query") {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// A query that never ends is ended, and one that gives too much is cut.
func TestAQueryIsBounded(t *testing.T) {
	q, err := Parse("1 | until(false; .)")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	gone := errors.New("nobody waits")
	cancel(gone)
	if _, _, err := q.Run(ctx, []byte("1")); !errors.Is(err, gone) {
		t.Errorf("cancelled: %v", err)
	}
	q, err = Parse(`"x" * 1000000 | repeat(.)`)
	if err != nil {
		t.Fatal(err)
	}
	got, n, err := q.Run(t.Context(), []byte("1"))
	if err == nil || n != 33 || len(got) > maxBytes {
		t.Errorf("%d values of %d bytes, %v", n, len(got), err)
	}
}
