package predict

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

const formDocument = `{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":{"/predict":{"post":{"requestBody":{"content":{"application/json":{"schema":{"$ref":"#/components/schemas/In"}}}}}}},
"components":{"schemas":{
 "Plan":{"enum":["basic","pro",3],"description":"the plan"},
 "Address":{"type":"object","required":["city"],"properties":{"city":{"type":"string","minLength":1,"maxLength":64},"zip":{"type":"string","pattern":"^\\d{5}$"}}},
 "In":{"type":"object","required":["tenure","plan"],"properties":{
  "tenure":{"type":"integer","minimum":0,"maximum":120,"description":"months\n  as a customer"},
  "charge":{"type":"number","exclusiveMinimum":0},
  "plan":{"$ref":"#/components/schemas/Plan"},
  "since":{"type":"string","format":"date"},
  "code":{"type":"string"},
  "paperless":{"type":"boolean"},
  "note":{"anyOf":[{"type":"null"},{"type":"string"}]},
  "address":{"$ref":"#/components/schemas/Address"},
  "scores":{"type":"array","items":{"type":"number"},"minItems":2,"maxItems":2}
 }}}}}`

func formEndpoint(t *testing.T) Endpoint {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(formDocument))
	}))
	defer s.Close()
	api, err := Discover(t.Context(), s.Client(), s.URL, Hints{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := api.Choose("")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const formBody = `{"plan":"pro","extra":true,"tenure":3,"address":{"city":"Graz"},"scores":[0.5,1]}`

func TestAFormHasALineForEachField(t *testing.T) {
	e := formEndpoint(t)
	fields, more, err := e.Fields([]byte(formBody))
	if err != nil || more != 0 {
		t.Fatal(more, err)
	}
	var got []string
	for _, f := range fields {
		line := []string{f.Path(), f.Type, f.Range, f.Description, strings.Join(f.Choices, "|"), f.Text}
		for _, c := range []struct {
			is   bool
			word string
		}{{f.Required, "required"}, {f.Present, "present"}, {f.Group, "group"}} {
			if c.is {
				line = append(line, c.word)
			}
		}
		got = append(got, strings.Join(line, ";"))
	}
	want := []string{
		"tenure;integer;0 to 120;months as a customer;;3;required;present",
		"charge;number;more than 0;;;",
		"plan;;;the plan;basic|pro|3;pro;required;present",
		"since;date;;;;",
		"code;string;;;;",
		"paperless;boolean;;;false|true;",
		"note;string or null;;;;",
		"address;object;;;;;present;group",
		"address.city;string;1 to 64 characters;;;Graz;required;present",
		"address.zip;string;matches ^\\d{5}$;;;",
		"scores;list of number;2 items;;;;present;group",
		"scores[0];number;;;;0.5;required;present",
		"scores[1];number;;;;1;required;present",
		"extra;;;;;true;present",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAFieldIsSetAndTakenOut(t *testing.T) {
	e := formEndpoint(t)
	field := func(body, path string) Field {
		t.Helper()
		fields, _, err := e.Fields([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		n := slices.IndexFunc(fields, func(f Field) bool { return f.Path() == path })
		if n < 0 {
			t.Fatalf("no field %s", path)
		}
		return fields[n]
	}
	for _, c := range []struct{ path, typed, want string }{
		{"tenure", "40", `{"plan":"pro","extra":true,"tenure":40,"address":{"city":"Graz"},"scores":[0.5,1]}`},
		{"tenure", "many", `"tenure":"many"`}, // wrong, and theirs to send
		{"plan", "3", `"plan":3`},
		{"code", "0012", `"code":"0012"`},
		{"note", "null", `"note":null`},
		{"note", "so", `"note":"so"`},
		{"since", "2026-11-28", `"since":"2026-11-28"`},
		{"address.zip", "80100", `"address":{"city":"Graz","zip":"80100"}`},
		{"scores[1]", "7", `"scores":[0.5,7]`},
	} {
		f := field(formBody, c.path)
		body, err := e.With([]byte(formBody), f, f.Read(c.typed))
		if err != nil {
			t.Fatal(err)
		}
		if got := compact(t, body); !strings.Contains(got, c.want) {
			t.Errorf("%s = %s gives %s, want %s", c.path, c.typed, got, c.want)
		}
	}
	body, err := e.With([]byte(formBody), field(formBody, "extra"), nil)
	if got := compact(t, body); err != nil || strings.Contains(got, "extra") {
		t.Errorf("taken out it is %s, %v", got, err)
	}
	// What is added stands where it is declared, and fits.
	bare := `{"tenure":3,"plan":"pro"}`
	for _, path := range []string{"charge", "since", "note", "address", "scores", "paperless"} {
		f := field(bare, path)
		added, err := e.With([]byte(bare), f, f.Offer())
		if wrong := e.Validate(added); err != nil || len(wrong) > 0 {
			t.Errorf("%s: %s, %v %v", path, added, wrong, err)
		}
	}
	f := field(bare, "charge")
	added, err := e.With([]byte(bare), f, json.RawMessage("2"))
	if got := compact(t, added); err != nil || got != `{"tenure":3,"charge":2,"plan":"pro"}` {
		t.Errorf("added it is %s, %v", got, err)
	}
}

func TestWhatHasNoForm(t *testing.T) {
	e := formEndpoint(t)
	for _, body := range []string{`[1]`, `{"a":`, ``} {
		if _, _, err := e.Fields([]byte(body)); err == nil {
			t.Errorf("%q has a form", body)
		}
	}
	fields, more, err := e.Fields([]byte(`{"many":[` + strings.Repeat("1,", 99) + `1]}`))
	if err != nil || more != 80 || len(fields) > 40 {
		t.Errorf("%d fields, %d more, %v", len(fields), more, err)
	}
	if fields, _, err := (Endpoint{}).Fields([]byte(`{"a":1}`)); err != nil || len(fields) != 1 || fields[0].Text != "1" {
		t.Errorf("without a schema: %+v, %v", fields, err)
	}
}

func compact(t *testing.T, body []byte) string {
	t.Helper()
	v, err := decode(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(encode(v))
}

func TestABodyHasAsManyFieldsAsOneAsks(t *testing.T) {
	e := formEndpoint(t)
	for x, want := range map[Extent]string{
		RequiredFields: `{"tenure":1,"plan":"basic"}`,
		AllFields:      `{"tenure":1,"charge":1,"plan":"basic","since":"2024-01-01","code":"string","paperless":false,"note":"string","address":{"city":"string","zip":"11111"},"scores":[1,1]}`,
	} {
		body, err := e.Body(x)
		if wrong := e.Validate(body); err != nil || len(wrong) > 0 {
			t.Errorf("%v, %v", err, wrong)
		}
		if got := compact(t, body); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
