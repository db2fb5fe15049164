package predict

import (
	"strings"
	"testing"
)

// A hint that the service would answer 405 to is none.
func TestWhatIsNamedInsteadOfAnOperation(t *testing.T) {
	a, err := read([]byte(`{"openapi":"3.1.0","paths":{
"/predict":{"post":{"requestBody":{"content":{"application/json":{}}}},"get":{}},
"/query":{"get":{}},"/items/{id}":{"get":{}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	const none = "; only POST and PUT are asked; try POST /predict"
	for path, want := range map[string]string{
		"GET /query":   none,
		"get /predict": none,
		"/query":       none,
		"/items/7":     none,
		"/nope":        "; try POST /predict, or --path 'POST /nope' sends there all the same",
	} {
		if _, err := a.Choose(path); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v; want %s", path, err, want)
		}
	}
}
