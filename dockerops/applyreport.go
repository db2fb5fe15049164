package dockerops

import (
	"errors"
	"strings"
	"time"

	"berth/compose"
	"berth/stack"
)

// work is a step being done, as it is reported.
type work struct {
	step   compose.Step
	began  time.Time
	report stack.Report
}

func (w work) progress() stack.Progress {
	now := time.Now()
	return stack.Progress{
		At: now, ID: string(w.step.Kind) + " " + w.step.Name, Service: w.step.Ref.Service,
		Action: actions[w.step.Kind], Subject: subject(w.step), Elapsed: now.Sub(w.began),
	}
}

func (w work) say(status stack.Status, text string) {
	p := w.progress()
	p.Status, p.Text = status, text
	w.report(p)
}

// fail reports an error with its evidence.
func (w work) fail(err error) {
	p := w.progress()
	p.Status, p.Text = stack.Failed, err.Error()
	var problem *stack.Problem
	if errors.As(err, &problem) {
		p.Log = problem.Lines
	}
	w.report(p)
}

// warn reports beside the step that something is not as asked.
func (w work) warn(text string) {
	p := w.progress()
	p.Parent, p.ID = p.ID, p.ID+": "+text
	p.Action, p.Status, p.Text = stack.ActNote, stack.Warning, text
	w.report(p)
}

// part does a part of the step and reports how long it took.
func (w work) part(action stack.Action, do func() error) error {
	began, parent := time.Now(), w.progress()
	report := func(status stack.Status, text string) {
		now := time.Now()
		w.report(stack.Progress{
			At: now, ID: parent.ID + ": " + string(action), Parent: parent.ID, Service: parent.Service,
			Action: action, Status: status, Subject: parent.Subject, Text: text, Elapsed: now.Sub(began),
		})
	}
	report(stack.Working, "")
	err := do()
	if err != nil {
		report(stack.Failed, err.Error())
		return err
	}
	report(stack.Done, "")
	return nil
}

var actions = map[compose.Kind]stack.Action{
	compose.CreateNetwork:     stack.ActCreate,
	compose.RemoveNetwork:     stack.ActRemove,
	compose.CreateVolume:      stack.ActCreate,
	compose.RemoveVolume:      stack.ActRemove,
	compose.CreateContainer:   stack.ActCreate,
	compose.RecreateContainer: stack.ActRecreate,
	compose.StartContainer:    stack.ActStart,
	compose.StopContainer:     stack.ActStop,
	compose.RestartContainer:  stack.ActRestart,
	compose.RemoveContainer:   stack.ActRemove,
	compose.WaitDependency:    stack.ActWait,
}

// verbs begin the line that says what failed.
var verbs = map[stack.Action]string{
	stack.ActCreate: "creating", stack.ActRecreate: "recreating", stack.ActStart: "starting", stack.ActStop: "stopping",
	stack.ActRestart: "restarting", stack.ActRemove: "removing", stack.ActWait: "waiting for",
}

// doing is "starting container churn-model-api-1".
func doing(s compose.Step) string { return verbs[actions[s.Kind]] + " " + subject(s) }

// subject is "container churn-model-api-1"; for a wait, what must become true.
func subject(s compose.Step) string {
	switch s.Until {
	case compose.ServiceHealthy:
		return s.Ref.Service + " healthy"
	case compose.ServiceCompleted:
		return s.Ref.Service + " completed"
	case compose.ServiceStarted:
		return s.Ref.Service + " started"
	}
	kind := string(s.Kind)
	return kind[strings.LastIndexByte(kind, ' ')+1:] + " " + s.Name
}
