package predict

import (
	"strings"
	"testing"
)

func TestHeadersTakeTheirSecretsFromTheEnvironment(t *testing.T) {
	env := func(name string) (string, bool) {
		v, ok := map[string]string{"TOKEN": "s3cret", "USER": "ann", "PASS": "p:w", "EMPTY": "", "BAD": "a\nb"}[name]
		return v, ok
	}
	for _, c := range []struct{ text, shown, sent, err string }{
		{"Authorization: Bearer $TOKEN", "Authorization: Bearer $TOKEN", "Bearer s3cret", ""},
		{"Authorization: Basic $USER:${PASS}", "Authorization: Basic $USER:${PASS}", "Basic YW5uOnA6dw==", ""},
		{"authorization: Bearer abc", "authorization: Bearer •••", "Bearer abc", ""},
		{"X-Api-Key:abc", "X-Api-Key: •••", "abc", ""},
		{"X-Trace: on", "X-Trace: on", "on", ""},
		{"X-Empty: $EMPTY", "X-Empty: $EMPTY", "", ""},
		{"X-Api-Key: $NONE", "X-Api-Key: $NONE", "", "needs $NONE"},
		{"X-Bad: $BAD", "X-Bad: $BAD", "", "cannot be sent"},
		{"no header", "", "", "is no header"},
		{"a b: c", "", "", "is no header"},
		{": c", "", "", "is no header"},
	} {
		h, err := ParseHeader(c.text)
		if err == nil {
			if h.String() != c.shown {
				t.Errorf("%s is shown as %q", c.text, h)
			}
			all, sending := Headers([]Header{h}, env)
			if err = sending; err == nil && all.Get(h.Name) != c.sent {
				t.Errorf("%s sends %q, want %q", c.text, all.Get(h.Name), c.sent)
			}
		}
		if (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%s: error %v, want %q", c.text, err, c.err)
		}
		if err != nil && strings.Contains(err.Error(), "s3cret") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
}

func TestAParameterIsShownWithoutItsSecret(t *testing.T) {
	for _, c := range []struct{ name, want string }{{"limit", "limit=10 (given)"}, {"api_key", "api_key=••• (given)"}} {
		if got := (Param{Name: c.name, Value: "10", Origin: OriginGiven}).String(); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
