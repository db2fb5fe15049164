package predict

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// A wrong path is not the body's fault, unless the service names a field of it.
func TestWhatIsNotTheBodysFault(t *testing.T) {
	answer := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(s.Close)
	e := endpointWith(t, `{"type":"object"}`)
	for _, c := range []struct {
		answer string
		errors int
	}{
		{`{"detail":"no such path"}`, 0},
		{`{"error":{"message":"The model gpt does not exist","param":"model"}}`, 1},
	} {
		answer = c.answer
		r, err := Send(t.Context(), s.Client(), s.URL, e, []byte(`{"model":"gpt"}`), SendOptions{})
		if err != nil || r.Status != http.StatusNotFound || len(r.FieldErrors) != c.errors {
			t.Errorf("%s: %v, %v; want %d errors of fields", c.answer, r.FieldErrors, err, c.errors)
		}
	}
}
