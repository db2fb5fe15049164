package workflow

import (
	"context"
	"fmt"
	"time"

	"berth/predict/suite"
	"berth/stack"
)

// replay sends the last prediction again.
func (l *looping) replay(ctx context.Context, r stack.Ref) error {
	if l.o.Replay == nil {
		return nil
	}
	began := time.Now()
	say := func(status stack.Status, text string, log []string) {
		l.report(stack.Progress{
			ID: "predict " + r.Service, Service: r.Service, Action: stack.ActPredict, Status: status,
			Subject: r.Service, Text: text, Elapsed: time.Since(began), Log: log,
		})
	}
	say(stack.Working, "", nil)
	again, err := l.o.Replay(ctx, r)
	l.turn.Replay = again
	switch {
	case err != nil:
		say(stack.Failed, err.Error(), nil)
	case again == nil:
		say(stack.Unchanged, "nothing to send", nil)
	default:
		say(stack.Done, again.After.String(), again.Differences())
	}
	return err
}

// suite asks the cases of the project's suites.
func (l *looping) suite(ctx context.Context, r stack.Ref) error {
	if l.o.Suite == nil || ctx.Err() != nil {
		return nil
	}
	began := time.Now()
	say := func(status stack.Status, text string, log []string) {
		l.report(stack.Progress{
			ID: "suite " + r.Service, Service: r.Service, Action: stack.ActSuite, Status: status,
			Subject: suite.Dir + "/", Text: text, Elapsed: time.Since(began), Log: log,
		})
	}
	report, err := l.o.Suite(ctx, r, func(n, of int) { say(stack.Working, fmt.Sprintf("%d of %d", n, of), nil) })
	l.turn.Suite = report
	switch {
	case err != nil:
		say(stack.Failed, err.Error(), nil)
	case report == nil: // nothing was begun
	case report.OK():
		say(stack.Done, report.Verdict, nil)
	default:
		say(stack.Warning, report.Verdict, report.Lines())
	}
	return err
}
