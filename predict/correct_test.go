package predict

import (
	"strings"
	"testing"
)

func TestWhatIsWrongComesWithAnOffer(t *testing.T) {
	e := formEndpoint(t)
	for _, c := range []struct{ body, offers, want string }{
		{`{"tenure":"3","plan":"pro"}`, "tenure 3", `{"tenure":3,"plan":"pro"}`},
		{`{"tenure":3.7,"plan":"pro"}`, "tenure 3", `{"tenure":3,"plan":"pro"}`},
		{`{"tenure":999,"plan":"pro"}`, "tenure 120", `{"tenure":120,"plan":"pro"}`},
		{`{"tenure":-1,"plan":"pro"}`, "tenure 0", `{"tenure":0,"plan":"pro"}`},
		{`{"tenure":"many","plan":"pro"}`, "tenure 1", `{"tenure":1,"plan":"pro"}`},
		{`{"tenure":3,"plan":"Pro"}`, `plan "pro"`, `{"tenure":3,"plan":"pro"}`},
		{`{"tenure":3,"plan":"3"}`, `plan 3`, `{"tenure":3,"plan":3}`},
		{`{"tenure":3,"plan":"pro","paperless":"Yes"}`, "paperless true", `{"tenure":3,"plan":"pro","paperless":true}`},
		{`{"tenure":3,"plan":"pro","code":12}`, `code "12"`, `{"tenure":3,"plan":"pro","code":"12"}`},
		{`{"plan":"pro"}`, "tenure add 1", `{"tenure":1,"plan":"pro"}`},
		{`{"tenure":3,"plan":"pro","address":{"zip":"80100"}}`, `address.city add "string"`, `{"tenure":3,"plan":"pro","address":{"city":"string","zip":"80100"}}`},
		{`{"tenure":3,"plan":"pro"}`, "", ""},
		{`{"tenure":"x","plan":"zzz"}`, `plan "pro"; tenure 1`, `{"tenure":1,"plan":"pro"}`},
	} {
		wrong := e.Validate([]byte(c.body))
		all := e.Corrections([]byte(c.body), wrong)
		var offers []string
		for _, o := range all {
			offers = append(offers, o.Path+" "+o.Text)
		}
		if got := strings.Join(offers, "; "); got != c.offers {
			t.Errorf("%s is offered %q, want %q", c.body, got, c.offers)
			continue
		}
		if c.want == "" {
			continue
		}
		_, mended, err := e.Corrected([]byte(c.body), all)
		if err != nil || compact(t, mended) != c.want || len(e.Validate(mended)) > 0 {
			t.Errorf("%s becomes %s, %v", c.body, mended, err)
		}
	}
}

// What the service alone refuses has an offer where there is one to make.
func TestWhatTheServiceRefuses(t *testing.T) {
	e := formEndpoint(t)
	body := []byte(`{"tenur":3,"plan":"pro","junk":1,"code":"x"}`)
	all := e.Corrections(body, []FieldError{
		{Path: "tenur", Message: "Extra inputs are not permitted"},
		{Path: "tenure", Message: "Field required"},
		{Path: "junk", Message: "Extra inputs are not permitted"},
		{Path: "code", Message: "unknown code"},
		{Path: "nowhere", Message: "?"},
	})
	_, mended, err := e.Corrected(body, all)
	if got := compact(t, mended); err != nil || got != `{"tenure":3,"plan":"pro","code":"x"}` {
		t.Errorf("%s, %v", got, err)
	}
}

// A limit that the service gives is offered, also where the document has none.
func TestTheLimitOfTheServiceIsOffered(t *testing.T) {
	const old, now = `"type":"value_error.number.not_le","ctx":{"limit_value":0}`, `"type":"less_than_equal","ctx":{"le":0}`
	typed := endpointWith(t, `{"type":"object","properties":{"n":{"type":"integer"},"x":{"type":"number","maximum":9},"s":{"type":"string"}}}`)
	for _, c := range []struct {
		e             Endpoint
		field, answer string
		want          string
	}{
		{typed, "n", `"msg":"ensure this value is less than or equal to 0",` + old, "0"},
		{typed, "n", `"msg":"ensure this value is greater than 7","ctx":{"limit_value":7}`, "8"},
		{typed, "n", `"msg":"Input should be less than or equal to 0",` + now, "0"},
		{typed, "n", `"msg":"","ctx":{"lt":4}`, "3"},
		{typed, "n", `"msg":"","ctx":{"gt":4}`, "5"},
		{typed, "x", `"msg":"","ctx":{"ge":0.25}`, "0.25"},
		{typed, "x", `"msg":"","ctx":{"lt":4}`, ""},  // which is next to it?
		{typed, "x", `"msg":"","ctx":{"ge":10}`, ""}, // which the document does not allow
		{typed, "s", `"msg":"","ctx":{"min_length":5}`, `"ababa"`},
		{typed, "s", `"msg":"","ctx":{"max_length":1}`, `"a"`},
		{typed, "s", `"msg":"","ctx":{"max_length":1e99}`, ""},
		{typed, "n", `"msg":"no","ctx":{"error":{}}`, ""},
		{plainEndpoint, "n", `"msg":"",` + now, "0"},
		{plainEndpoint, "n", `"msg":"no"`, ""}, // nothing is declared, so that nothing is one too many
		{paramEndpoint(t, "ver=4"), "ver", `"msg":"ensure this value is less than or equal to 3","ctx":{"limit_value":3}`, "3"},
	} {
		body, place := []byte(`{"n":5,"x":5.5,"s":"ab"}`), "body"
		if c.field == "ver" {
			place = "path"
		}
		wrong := fieldErrors([]byte(`{"detail":[{"loc":["` + place + `","` + c.field + `"],` + c.answer + `}]}`))
		got := ""
		for _, o := range c.e.Corrections(body, wrong) {
			got += o.Text
		}
		if got != c.want {
			t.Errorf("%s, told %s, is offered %q, want %q", c.field, c.answer, got, c.want)
		}
	}
}

// A choice that is begun and not ended is meant, though another is as long.
func TestABegunChoiceIsMeant(t *testing.T) {
	e := endpointWith(t, `{"type":"object","properties":{"contract":{"type":"string","enum":["one-year","month-to-month"]}}}`)
	for typed, want := range map[string]string{
		"month": "month-to-month", "monthly": "month-to-month", "Monthly contract": "month-to-month",
		"one yr": "one-year", "oen-year": "one-year", "mnoth-to-month": "month-to-month",
	} {
		body := []byte(`{"contract":"` + typed + `"}`)
		if all := e.Corrections(body, e.Validate(body)); len(all) != 1 || all[0].Text != `"`+want+`"` {
			t.Errorf("%s is offered %v, want %s", typed, all, want)
		}
	}
}
