package predict

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	second "github.com/google/jsonschema-go/jsonschema"
)

// corpus is the schemas that bodies are made for: of services as people write
// them, a line each, and of keywords that get in each other's way.
func corpus(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/schemas.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	for _, k := range keywords {
		// The second opinion divides as float64, and finds no multiple of 0.01; of
		// OpenAPI's readOnly it knows nothing.
		if !strings.Contains(k.schema, "0.01") && !strings.Contains(k.schema, "readOnly") {
			all = append(all, k.schema)
		}
	}
	if len(all) < 100 {
		t.Fatalf("%d schemas", len(all))
	}
	return all
}

// formats in the words of a validator that does not know them. Each is the RFC's
// form or a narrower one.
var formats = map[string]string{
	"date":      `^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`,
	"date-time": `^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})$`,
	"time":      `^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})$`,
	"uuid":      `^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`,
	"email":     `^[^@\s]+@[^@\s]+\.[a-z]+$`,
	"hostname":  `^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$`,
	"ipv4":      `^((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}$`,
	"ipv6":      `^[0-9a-f:]+$`,
	"uri":       `^[a-z]+://[^\s]+$`,
}

// opinion is another validator's: it shares no code with the generator, which
// walks what santhosh-tekuri's has compiled.
func opinion(t *testing.T, schema string) *second.Resolved {
	t.Helper()
	const here = "#/paths/~1p/post/requestBody/content/application~1json/schema"
	schema = strings.ReplaceAll(schema, here, "#")
	schema = regexp.MustCompile(`"format":"([^"]+)"`).ReplaceAllStringFunc(schema, func(found string) string {
		name := strings.Split(found, `"`)[3]
		pattern, err := json.Marshal(formats[name])
		if err != nil || formats[name] == "" {
			return found
		}
		return `"pattern":` + string(pattern)
	})
	s := &second.Schema{}
	if err := json.Unmarshal([]byte(schema), s); err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	r, err := s.Resolve(nil)
	if err != nil {
		t.Fatalf("%s: %v", schema, err)
	}
	return r
}

// endpointWith is the endpoint for a schema whose definitions are at its top.
func endpointWith(t *testing.T, schema string) Endpoint {
	t.Helper()
	return endpointFor(t, "3.1.0", strings.ReplaceAll(schema, `"#/$defs/`, `"#/paths/~1p/post/requestBody/content/application~1json/schema/$defs/`))
}

// Of 10,000 bodies the other validator refuses none, and what is made differs
// as far as its schema lets it.
func TestBodiesBySecondOpinion(t *testing.T) {
	schemas := corpus(t)
	each := 10_000/len(schemas) + 1
	bodies, distinct := 0, 0
	var mu sync.Mutex
	var wg sync.WaitGroup
	for _, schema := range schemas {
		e, want := endpointWith(t, schema), opinion(t, schema)
		wg.Go(func() {
			seen := map[string]bool{}
			n := 0
			for body := range e.Bodies(1) {
				if n++; n > each {
					break
				}
				seen[string(body)] = true
				var v any
				if err := errors.Join(json.Unmarshal(body, &v), want.Validate(v)); err != nil {
					t.Errorf("%s\nrefuses %s\n%v", schema, body, err)
					break
				}
			}
			if n < each {
				t.Errorf("%s: %d bodies", schema, n)
			}
			mu.Lock()
			defer mu.Unlock()
			bodies, distinct = bodies+min(n, each), distinct+len(seen)
		})
	}
	wg.Wait()
	if bodies < 10_000 || distinct < bodies/3 {
		t.Errorf("%d bodies, %d distinct, of %d schemas", bodies, distinct, len(schemas))
	}
	t.Logf("%d bodies, %d distinct, of %d schemas", bodies, distinct, len(schemas))
}

// The other validator is no rubber stamp: it refuses what Berth's does.
func TestSecondOpinionRefuses(t *testing.T) {
	for schema, body := range map[string]string{
		`{"type":"integer","minimum":2}`:                     `1`,
		`{"type":"string","format":"date"}`:                  `"2024-1-1"`,
		`{"$defs":{"a":{"type":"null"}},"$ref":"#/$defs/a"}`: `1`,
	} {
		var v any
		if err := json.Unmarshal([]byte(body), &v); err != nil || opinion(t, schema).Validate(v) == nil {
			t.Errorf("%s takes %s (%v)", schema, body, err)
		}
	}
}

// The same seed gives the same bodies, another one others; members that may be
// absent are, and choices are all taken.
func TestBodiesVary(t *testing.T) {
	const schema = `{"type":"object","required":["a"],"properties":{"a":{"enum":["x","y","z"]},"b":{"anyOf":[{"type":"integer","minimum":0,"maximum":3},{"type":"null"}]},"c":{"type":"array","items":{"type":"boolean"},"maxItems":2}}}`
	e := endpointFor(t, "3.1.0", schema)
	some := func(seed uint64) (list []string) {
		for body := range e.Bodies(seed) {
			if list = append(list, string(body)); len(list) == 300 {
				break
			}
		}
		return list
	}
	one := some(1)
	if !slices.Equal(one, some(1)) || slices.Equal(one, some(2)) {
		t.Error("seeds do not decide")
	}
	all := strings.Join(one, "\n")
	for _, want := range []string{`{"a":"x"}`, `{"a":"y"}`, `{"a":"z"}`, `"b":0`, `"b":3`, `"b":null`, `"c":[]`, `"c":[true,false]`} {
		if !strings.Contains(all, want) {
			t.Errorf("never %s", want)
		}
	}
	for body := range endpointFor(t, "3.1.0", `{"type":"integer","minimum":2,"maximum":1}`).Bodies(1) {
		t.Errorf("impossible, and yet %s", body)
	}
	for body := range (Endpoint{Method: "POST", Path: "/x"}).Bodies(1) {
		if string(bytes.TrimSpace(body)) != "{}" {
			t.Errorf("without a schema: %s", body)
		}
		break
	}
}

// A file is named in a random body as in a first one.
func TestBodiesWithFiles(t *testing.T) {
	a, err := read([]byte(`{"openapi":"3.1.0","paths":{"/p":{"post":{"requestBody":{"content":{"multipart/form-data":{"schema":{"type":"object","required":["image"],"properties":{"image":{"type":"string","format":"binary"},"k":{"type":"integer"}}}}}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for body := range e.Bodies(1) {
		if n++; n > 20 {
			break
		}
		if !strings.Contains(string(body), `"image":"@image"`) {
			t.Errorf("%s", body)
		}
	}
}

// Bodies for the documents that Berth writes satisfy what they say beyond JSON
// Schema: tensors are as long as their shapes.
func TestBodiesOfTensors(t *testing.T) {
	w := newWritten()
	w.post("/v2/models/m/infer", "", inferRequest([]tensor{{"a", "FP32", []int{-1, 2, 2}}, {"b", "INT8", []int{-1}}, {"c", "BYTES", []int{1}}}, nil))
	d := newDocument(w.root())
	d.ours = true
	list, _ := d.endpoints()
	e := list[0].prepared()
	shapes := map[string]bool{}
	n := 0
	for body := range e.Bodies(3) {
		if n++; n > 200 {
			break
		}
		var got struct {
			Inputs []struct {
				Name  string
				Shape []int
				Data  []any
			}
		}
		if err := json.Unmarshal(body, &got); err != nil || len(got.Inputs) != 3 {
			t.Fatalf("%s: %v", body, err)
		}
		for _, in := range got.Inputs {
			size := 1
			for _, n := range in.Shape {
				size *= n
			}
			if size != len(in.Data) {
				t.Errorf("%s", body)
			}
		}
		if a, b := got.Inputs[0].Shape, got.Inputs[1].Shape; a[0] != b[0] {
			t.Errorf("two batches: %s", body)
		}
		shapes[fmt.Sprint(got.Inputs[0].Shape)] = true
	}
	if len(shapes) != batches {
		t.Errorf("batches %v", shapes)
	}
}
