package workflow

import (
	"slices"
	"sync"
	"time"

	"berth/stack"
)

// Phase is a part of a turn of the loop, in the order of their beginnings.
type Phase struct {
	Name string        `json:"name"` // "build", "create", "stop", "start", "load", "predict", "suite"
	Took time.Duration `json:"took"` // nanoseconds
}

// clock adds up how long each phase took, as the reports on it tell.
type clock struct {
	mu     sync.Mutex
	passed []Phase
}

// timed is a report that the clock hears, too.
func (c *clock) timed(report stack.Report) stack.Report {
	return func(p stack.Progress) {
		if name, ok := phaseOf(p); ok {
			c.note(name, p.Elapsed, p.Status.Final())
		}
		report(p)
	}
}

func (c *clock) note(name string, took time.Duration, final bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := slices.IndexFunc(c.passed, func(p Phase) bool { return p.Name == name })
	if n < 0 {
		c.passed = append(c.passed, Phase{Name: name})
		n = len(c.passed) - 1
	}
	if final {
		c.passed[n].Took = max(c.passed[n].Took, took) // of several replicas, which go on together
	}
}

func (c *clock) phases() []Phase {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.passed)
}

// phases are actions that are phases of their own.
var phases = []stack.Action{stack.ActSync, stack.ActCreate, stack.ActStop, stack.ActStart, stack.ActRestart, stack.ActRun, stack.ActPredict, stack.ActSuite}

// phaseOf is which phase a report is about.
func phaseOf(p stack.Progress) (string, bool) {
	switch {
	case p.Action == stack.ActBuild && p.Parent == "":
		return "build", true
	case p.Action == stack.ActPull && p.Parent == "":
		return "pull", true
	case p.Action == stack.ActWait:
		return "load", true
	case slices.Contains(phases, p.Action):
		return string(p.Action), true
	default:
		return "", false
	}
}
