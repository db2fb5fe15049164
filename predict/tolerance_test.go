package predict

import (
	"strings"
	"testing"
)

func TestTolerancesOfPlaces(t *testing.T) {
	const before = `{"churn_probability": 0.81, "churn": true, "id": "a", "items": [{"score": 10, "label": "x"}, {"score": 20, "label": "y"}], "dotted.name": 1}`
	const after = `{"churn_probability": 0.82, "churn": false, "id": "b", "items": [{"score": 11, "label": "x"}, {"score": 22, "label": "z"}], "dotted.name": 2, "new": 1}`
	for name, c := range map[string]struct {
		tolerances Tolerances
		want       string // the places that differ
		ignored    int
	}{
		"none":                       {nil, "churn_probability churn id items[0].score items[1].score items[1].label dotted.name new", 0},
		"absolute, as it is written": {Tolerances{{Path: "churn_probability", Absolute: 0.01}}, "churn id items[0].score items[1].score items[1].label dotted.name new", 0},
		"absolute, too little":       {Tolerances{{Path: "churn_probability", Absolute: 0.0099}}, "churn_probability churn id items[0].score items[1].score items[1].label dotted.name new", 0},
		"with a dollar":              {Tolerances{{Path: "$.churn_probability", Relative: 0.02}, {Path: "$.id", Ignore: true}}, "churn items[0].score items[1].score items[1].label dotted.name new", 1},
		"any index":                  {Tolerances{{Path: "items[*].score", Relative: 0.1}}, "churn_probability churn id items[1].label dotted.name new", 0},
		"one index":                  {Tolerances{{Path: "items[1].score", Absolute: 2}}, "churn_probability churn id items[0].score items[1].label dotted.name new", 0},
		"all beneath":                {Tolerances{{Path: "items", Ignore: true}}, "churn_probability churn id dotted.name new", 3},
		"part of a name":             {Tolerances{{Path: "churn*", Ignore: true}, {Path: "items[*].*", Ignore: true}}, "id dotted.name new", 5},
		"a name is no beginning":     {Tolerances{{Path: "item", Ignore: true}, {Path: "i", Ignore: true}}, "churn_probability churn id items[0].score items[1].score items[1].label dotted.name new", 0},
		"a name with a dot":          {Tolerances{{Path: "dotted.name", Absolute: 1}}, "churn_probability churn id items[0].score items[1].score items[1].label new", 0},
		"the nearest counts":         {Tolerances{{Path: "items[*].score", Absolute: 0}, {Path: "$", Ignore: true}}, "items[0].score items[1].score", 6},
		"of equals the last":         {Tolerances{{Path: "churn", Ignore: true}, {Path: "$.churn"}}, "churn_probability churn id items[0].score items[1].score items[1].label dotted.name new", 0},
		"nothing else of a regexp":   {Tolerances{{Path: "c.u+n|.*", Ignore: true}, {Path: "items[", Ignore: true}}, "churn_probability churn id items[0].score items[1].score items[1].label dotted.name new", 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := CompareWithin([]byte(before), []byte(after), c.tolerances)
			var places []string
			for _, d := range got.Differences {
				places = append(places, d.Path)
			}
			if text := strings.Join(places, " "); text != c.want || got.Ignored != c.ignored {
				t.Errorf("got %s, %d ignored\nwant %s, %d", text, got.Ignored, c.want, c.ignored)
			}
		})
	}
}

func TestToleranceOfAWholeAnswer(t *testing.T) {
	if got := CompareWithin([]byte(`[1, [2]]`), []byte(`[2, [3]]`), Tolerances{{Path: "[*]", Absolute: 1}}); !got.Same {
		t.Errorf("got %+v", got)
	}
	if got := CompareWithin([]byte(`"a"`), []byte(`"b"`), Tolerances{{Path: "$", Ignore: true}}); !got.Same || got.Ignored != 1 {
		t.Errorf("got %+v", got)
	}
	if got := CompareWithin([]byte(`0.3`), []byte(`0.4`), Tolerances{{Absolute: 0.1}}); !got.Same { // which differ by 0.10000000000000003
		t.Errorf("got %+v", got)
	}
	// What no difference can be written of is a difference all the same.
	if got := CompareWithin([]byte(`1e308`), []byte(`-1e308`), nil); got.Same || got.Differences[0].Change != nil {
		t.Errorf("got %+v", got)
	}
}
