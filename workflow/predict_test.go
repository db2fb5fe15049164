package workflow

import (
	"errors"
	"strings"
	"testing"

	"berth/stack"
)

func TestNoDoorIsOneLine(t *testing.T) {
	silent := &stack.Problem{What: "reading the service's API", Where: "http://x", Err: errors.New("no document"), Hint: "publish it"}
	for _, test := range []struct {
		name    string
		stopped []string
		errs    []error
		want    string
		lines   string
	}{
		{"no ports", nil, nil, "no service publishes a port (project churn); add ports: to the service that predicts", ""},
		{"nothing runs", []string{"api", "prometheus"}, nil, "no service that publishes a port is running (project churn); `berth up` starts api, prometheus", ""},
		{"one, without an API", nil, []error{silent}, "reading the service's API (http://x): no document; publish it", ""},
		{"the one that predicts is stopped", []string{"api"}, []error{silent}, "no running service has an API to predict with (project churn); `berth up` starts api", "no document"},
		{"two, without an API", nil, []error{silent, silent}, "no running service has an API to predict with (project churn)", "no document; publish it\nreading"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := noDoor("churn", test.stopped, test.errs)
			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
			if p, ok := errors.AsType[*stack.Problem](err); !ok || !strings.Contains(strings.Join(p.Lines, "\n"), test.lines) {
				t.Errorf("lines: %q", p.Lines)
			}
		})
	}
}
