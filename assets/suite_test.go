package assets

import (
	"strings"
	"testing"

	"berth/predict/suite"
)

// The project has cases of each kind that a reader may want to write next. That
// they pass is tested with an Engine.
func TestTheSuite(t *testing.T) {
	f := suite.Parse("predictions/churn.yaml", []byte(read(t, "predictions/churn.yaml")))
	for _, flaw := range f.Flaws {
		t.Error(flaw)
	}
	flips, refused, asserted := map[bool]int{}, 0, 0
	for _, c := range f.Cases {
		if c.Open {
			t.Errorf("%s expects nothing", c.Name)
		}
		if c.Endpoint != "POST /predict" || len(c.Tolerances) == 0 {
			t.Errorf("%s is without the defaults", c.Name)
		}
		if c.Status == 422 {
			refused++
		} else {
			flips[strings.Contains(string(c.Answer), `"churn":true`)]++
		}
		asserted += len(c.Assert)
	}
	if len(f.Cases) < 5 || len(f.Cases) > 8 || refused == 0 || asserted == 0 || flips[true] == 0 || flips[false] == 0 {
		t.Errorf("%d cases, %d refused, %d assertions, labels %v", len(f.Cases), refused, asserted, flips)
	}
}
