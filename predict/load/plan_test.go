package load

import (
	"strings"
	"testing"
	"time"
)

func TestAPlanInALine(t *testing.T) {
	for text, want := range map[string]Plan{
		"20/s 10s":               {Rate: 20, For: 10 * time.Second, Workers: openWorkers},
		"0.5/s 5 requests":       {Rate: 0.5, Count: 5, For: MostTime, Workers: openWorkers},
		"8 workers 500 requests": {Workers: 8, Count: 500, For: MostTime, Most: MostRate},
		"1 worker 2m":            {},
		"":                       {Workers: 4, For: 10 * time.Second, Most: MostRate},
		"30s":                    {Workers: 4, For: 30 * time.Second, Most: MostRate},
	} {
		p, err := Parse(text)
		if want == (Plan{}) {
			if err == nil || !strings.Contains(err.Error(), "more than") {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if err != nil || p != want {
			t.Errorf("%q is %+v, %v", text, p, err)
		}
	}
	for _, text := range []string{"x", "20", "20 apples", "-1/s", "201/s", "33 workers", "20/s 61s", "0 workers", "12001 requests", "NaN/s", "Inf/s"} {
		if p, err := Parse(text); err == nil {
			t.Errorf("%q is %+v, %v", text, p, err)
		}
	}
	if p, err := (Plan{Rate: 1000, For: time.Hour}).Complete(true); err != nil || p.Workers != 2000 {
		t.Errorf("%+v, %v", p, err)
	}
	if p, err := (Plan{Workers: 8}).Complete(true); err != nil || p.Most != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}
