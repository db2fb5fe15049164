// Package tui is the screen. The root owns layout, focus and keys; each pane
// owns what it shows. The screen reads memory: what takes time runs in
// package feed and comes back as a message. What it needs of the world is
// declared in ports.go.
package tui

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/feed"
	"berth/tui/pane/build"
	"berth/tui/pane/logs"
	predictpane "berth/tui/pane/predict"
	"berth/tui/theme"
	"berth/workflow"
)

// Options is what a dashboard is opened on.
type Options struct {
	Project Project
	// Changes yields the project when its files have changed, and an error
	// while they cannot be read; nil: nobody looks. It ends with ctx.
	Changes func(ctx context.Context) iter.Seq2[Project, error]
	// Sources compares what containers were made from with the files as they are
	// now, one for each container, nil where there is nothing to compare; nil:
	// nobody does. It takes time, and is not called twice at once.
	Sources func(ctx context.Context, of []stack.Service) []*stack.Sources
	// Builds lists the past builds of a service, newest first; nil: none are
	// remembered.
	Builds build.Builds
	// Follow yields what the project's files ask for as they change, until ctx
	// ends; nil: nobody watches.
	Follow    func(ctx context.Context) iter.Seq2[workflow.News, error]
	Engine    Engine
	Work      Work
	Predictor predictpane.Predictor
	Settings  Settings
	Keys      bind.Map    // a person's own
	Amiss     []error     // what is wrong in the settings, to be told at once
	Start     int         // pane to begin with: 0 logs, 1 health, 2 build, 3 predict
	State     State       // how the screen was left the last time
	Remember  func(State) // takes how it is left now; nil: nobody does
	Tour      bool        // a first run: say what there is, while nothing else is to be said
	Up        bool        // bring the project up at once
}

// Settings is what a person prefers; the zero value is a good beginning.
type Settings struct {
	Theme theme.Choice
	// Themes are a person's own, beside those that are built in.
	Themes []theme.Choice
	ASCII  bool // the terminal has no other glyphs
	Logs   logs.Settings
	// Paste reads the machine's own clipboard; nil: there is none.
	Paste  func() (string, error)
	Notify Notify
}

// leaveWithin is how long what runs has to end after the screen is closed. A
// build that is cancelled takes a moment to clean up behind itself.
const leaveWithin = 10 * time.Second

// Run opens the dashboard on the terminal, on what open reads meanwhile, and
// returns when the person leaves, or ctx has ended. Whatever the way out, the
// terminal is as it was. An error of open is returned as it is.
func Run(ctx context.Context, open func(context.Context) (Options, error)) error {
	g := feed.NewGroup(ctx)
	o := &opening{open: open, group: g}
	p := program(ctx, o)
	end := onSuspend(func() { p.Send(suspendMsg{}) })
	_, err := p.Run()
	end()
	if r := o.root; r != nil && r.o.Remember != nil {
		r.o.Remember(r.state())
	}
	if !g.Close(leaveWithin) && err == nil {
		return &stack.Problem{
			What: "leaving",
			Err:  fmt.Errorf("what was running has not ended within %v", leaveWithin),
			Hint: "`berth ps` shows what it left",
		}
	}
	switch {
	case err == nil:
		return o.err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, tea.ErrInterrupted): // SIGINT from outside; ctrl+c is a key
		return context.Canceled
	default:
		return fmt.Errorf("the screen: %w", err)
	}
}

// program is a screen, not yet running.
func program(ctx context.Context, screen tea.Model, more ...tea.ProgramOption) *tea.Program {
	options := []tea.ProgramOption{tea.WithContext(ctx), tea.WithFilter(calmWheel()), tea.WithFPS(framesPerSecond)}
	paced := &paced{Model: screen}
	paced.program = tea.NewProgram(paced, append(options, more...)...)
	return paced.program
}
