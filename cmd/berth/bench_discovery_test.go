//go:build bench

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/predict"
)

// discoveryRounds is how often a document is read anew.
const discoveryRounds = 31

// TestMeasureDiscovery prints how long it takes from the first request to a
// body: for a document of 200 paths whose schemas refer to each other in tens, and
// for a service that has none of what is asked for.
func TestMeasureDiscovery(t *testing.T) {
	var paths, schemas []string
	for i := range 200 {
		paths = append(paths, fmt.Sprintf(`"/v1/thing%d":{"post":{"summary":"Thing %d","operationId":"thing_%d","requestBody":{"required":true,"content":{"application/json":{"schema":{"$ref":"#/components/schemas/S%d"}}}},"responses":{"200":{"description":"OK","content":{"application/json":{"schema":{}}}}}}}`, i, i, i, i))
		schemas = append(schemas, fmt.Sprintf(`"S%d":{"title":"S%d","type":"object","required":["name","score","kind"],"properties":{"name":{"type":"string","minLength":1,"pattern":"^[a-z]+$"},"score":{"type":"number","exclusiveMinimum":0,"maximum":1},"kind":{"enum":["a","b"]},"next":{"anyOf":[{"$ref":"#/components/schemas/S%d"},{"type":"null"}]},"rows":{"type":"array","items":{"type":"array","items":{"type":"number"},"minItems":4}}}}`, i, i, i/10*10+(i+1)%10))
	}
	paths = append(paths, strings.Replace(paths[7], "/v1/thing7", "/predict", 1))
	document := `{"openapi":"3.1.0","info":{"title":"Large","version":"1"},"paths":{` + strings.Join(paths, ",") + `},"components":{"schemas":{` + strings.Join(schemas, ",") + `}}}`
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/openapi.json" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, document)
	}))
	defer s.Close()
	nothing := httptest.NewServer(http.NotFoundHandler())
	defer nothing.Close()
	var found, none []time.Duration
	for range discoveryRounds {
		begun := time.Now()
		api, err := predict.Discover(t.Context(), http.DefaultClient, s.URL, predict.Hints{})
		if err != nil {
			t.Fatal(err)
		}
		e, err := api.Choose("")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := e.FirstBody(nil); err != nil || e.Path != "/predict" {
			t.Fatal(e, err)
		}
		found = append(found, time.Since(begun))
		begun = time.Now()
		if _, err := predict.Discover(t.Context(), http.DefaultClient, nothing.URL, predict.Hints{}); err == nil {
			t.Fatal("something was found")
		}
		none = append(none, time.Since(begun))
	}
	fmt.Printf("discovery + first body, 201 paths, %d kB: %v, at most %v (n=%d); nothing to recognise: %v, at most %v\n",
		len(document)>>10, median(found).Round(10*time.Microsecond), slices.Max(found).Round(10*time.Microsecond), len(found),
		median(none).Round(10*time.Microsecond), slices.Max(none).Round(10*time.Microsecond))
}
