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

// A choice that is begun and not ended is meant, though another is as long.
func TestABegunChoiceIsMeant(t *testing.T) {
	e := endpointWith(t, `{"type":"object","properties":{"contract":{"type":"string","enum":["one-year","month-to-month"]}}}`)
	body := []byte(`{"contract":"month"}`)
	if all := e.Corrections(body, e.Validate(body)); len(all) != 1 || all[0].Text != `"month-to-month"` {
		t.Errorf("offered %v", all)
	}
}
