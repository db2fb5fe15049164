package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"berth/compose"
	"berth/stack"
	"berth/workflow"
)

// inspected is an Engine that knows one container.
type inspected struct {
	workflow.Engine
}

func (inspected) Inspect(context.Context, stack.Ref) (stack.Detail, error) {
	return stack.Detail{}, nil
}

// The command and the pane send both images the same cases: those of all the
// service's endpoints, unless one is named.
func TestCommandAndPaneCompareWithTheSameInputs(t *testing.T) {
	dir := t.TempDir()
	cases := "cases:\n" +
		"  - {name: a, endpoint: POST /predict, body: {x: 1}}\n" +
		"  - {name: b, endpoint: POST /score, body: {x: 1}}\n" +
		"  - {name: c, service: other, endpoint: POST /predict, body: {x: 1}}\n"
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "predictions"), 0o700), os.WriteFile(filepath.Join(dir, "predictions", "a.yaml"), []byte(cases), 0o600)); err != nil {
		t.Fatal(err)
	}
	r := newTableRig(t, 1)
	r.door.Ref = stack.Ref{Project: "p", Service: "api", Number: 1}
	p := &predictor{doors: map[knocked]workflow.Door{}, stack: workflow.Stack{
		Engine: inspected{},
		Load:   func(context.Context) (*compose.Project, error) { return nil, errors.New("no further") },
	}}
	s := suites{predictor: p, dir: dir}
	elsewhere := []string{"1 case of the suites goes elsewhere and was not sent"}

	m, err := (&app{}).material(t.Context(), s, r.door, r.e, predictOptions{}, 0)
	if err != nil || len(m.cases) != 2 || !slices.Equal(m.notes, elsewhere) {
		t.Errorf("the command: %v, %+v", err, m)
	}
	p.remember(knocked{r.door.Ref, r.e.String()}, r.door)
	v, _ := workbench{predictor: p, app: &app{}, cases: s}.Compare(t.Context(), r.door.Ref, r.e, func(string) {})
	if v.From != m.origin || !slices.Equal(v.Notes, elsewhere) {
		t.Errorf("the pane takes %q, %q", v.From, v.Notes)
	}
	m, err = (&app{}).material(t.Context(), s, r.door, r.e, predictOptions{path: "/predict"}, 0)
	if err != nil || len(m.cases) != 1 || !slices.Equal(m.notes, []string{"2 cases of the suites go elsewhere and were not sent"}) {
		t.Errorf("an endpoint that is named: %v, %+v", err, m)
	}
}
