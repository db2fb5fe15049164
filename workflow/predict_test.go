package workflow

import (
	"errors"
	"slices"
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

func TestModelNames(t *testing.T) {
	for _, test := range []struct {
		name string
		d    stack.Detail
		want []string
	}{
		{"TensorFlow Serving's image", stack.Detail{Env: map[string]string{"MODEL_NAME": "half", "MODEL_BASE_PATH": "/models"}, Entrypoint: []string{"/usr/bin/tf_serving_entrypoint.sh"}}, []string{"half"}},
		{"its flag", stack.Detail{Entrypoint: []string{"tensorflow_model_server"}, Command: []string{"--rest_api_port=8501", "--model_name=churn"}}, []string{"churn"}},
		{"a flag and its value", stack.Detail{Command: []string{"python", "-m", "sklearnserver", "--model_name", "iris"}}, []string{"iris"}},
		{"Triton, in a shell's words", stack.Detail{Command: []string{"sh", "-c", "exec tritonserver --model-control-mode=explicit --load-model=a --load-model='b' --load-model=*"}}, []string{"a", "b"}},
		{"what the shell would fill in", stack.Detail{Command: []string{"sh", "-c", "serve --model_name=${MODEL_NAME}"}, Env: map[string]string{"MODEL_NAME": "x"}}, []string{"x"}},
		{"nothing", stack.Detail{Command: []string{"uvicorn", "model_name"}}, nil},
		{"a flag without a value", stack.Detail{Command: []string{"serve", "--model_name"}}, nil},
	} {
		if got := modelNames(test.d); !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
