package stack

import (
	"slices"
	"testing"
	"time"
)

func TestActors(t *testing.T) {
	web := Ref{Project: "churn", Service: "web", Number: 1}
	const name, half = "churn-web-1", "0123456789ab_churn-web-1"
	c := func(id, name string, phase Phase, age int) Service {
		return Service{Ref: web, ContainerID: id, Container: name, Phase: phase, CreatedAt: time.Unix(1000, 0).Add(-time.Duration(age) * time.Hour)}
	}
	other := func(s Service, change func(*Service)) Service { change(&s); return s }
	for _, test := range []struct {
		name string
		all  []Service
		want []string
	}{
		{"nothing", nil, nil},
		{"alone", []Service{c("a", name, Running, 1)}, []string{"a"}},
		{"being recreated", []Service{c("old", name, Running, 9), c("new", half, Created, 0)}, []string{"old"}},
		{"being recreated while stopped", []Service{c("new", half, Created, 0), c("old", name, Exited, 9)}, []string{"old"}},
		{"a replacement that never started, recreated", []Service{c("new", half, Created, 0), c("old", name, Created, 9)}, []string{"old"}},
		{"the original is being removed", []Service{c("old", name, Removing, 9), c("new", half, Created, 0)}, []string{"new"}},
		{"cut short: the original is gone", []Service{c("new", half, Created, 0)}, []string{"new"}},
		{"cut short twice", []Service{c("first", half, Created, 5), c("second", half, Created, 0)}, []string{"second"}},
		{"replaced after it was cut short", []Service{c("half", half, Created, 5), c("whole", name, Running, 0)}, []string{"whole"}},
		{"even one that runs", []Service{c("half", half, Running, 5), c("whole", name, Created, 0)}, []string{"whole"}},
		{"it runs, the other never did", []Service{c("a", name, Running, 9), c("b", "made-by-hand", Created, 0)}, []string{"a"}},
		{"it has run, the other never did", []Service{c("a", "made-by-hand", Created, 0), c("b", name, Exited, 9)}, []string{"b"}},
		{"the newest", []Service{c("a", name, Exited, 2), c("b", "made-by-hand", Exited, 1), c("c", "x", Exited, 3)}, []string{"b"}},
		{
			"replicas are roles of their own",
			[]Service{c("1", name, Running, 1), other(c("2", half, Created, 0), func(s *Service) { s.Number = 2 }), c("half", half, Created, 0)},
			[]string{"1", "2"},
		},
		{
			"one-off runs are nobody's",
			[]Service{
				c("web", name, Exited, 1),
				other(c("run1", "churn-web-run-1", Running, 0), func(s *Service) { s.OneOff, s.Run = true, "run1" }),
				other(c("run2", "churn-web-run-2", Running, 0), func(s *Service) { s.OneOff, s.Run = true, "run2" }),
			},
			[]string{"web", "run1", "run2"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, s := range Actors(test.all) {
				got = append(got, s.ContainerID)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestIsTemporaryName(t *testing.T) {
	if name := TemporaryName("sha256:0123456789abcdef", "churn-web-1"); !IsTemporaryName(name) {
		t.Errorf("%s is not", name)
	}
	for _, name := range []string{"", "churn-web-1", "churn_web_1", "0123456789ab_", "0123456789ab", "0123456789a_x", "0123456789ag_x", "0123456789abc_x"} {
		if IsTemporaryName(name) {
			t.Errorf("%q is", name)
		}
	}
}
