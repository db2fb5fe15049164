package workflow

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"berth/dockerfile"
	"berth/stack"
)

// Bounds of what is remembered of one build.
const (
	mostSteps  = 200
	mostOutput = 20  // lines of a step that failed
	mostError  = 400 // bytes
)

// recorder hears the reports of one build. It adds to them what they lack, and
// makes a record of them.
type recorder struct {
	report stack.Report
	before history
	hide   hider

	mu      sync.Mutex
	record  stack.Build
	at      map[string]int    // the steps' places, by their IDs
	digests map[string]string // of base images, as FROM tells them
	final   *stack.Progress   // of the build itself: it is told with the record
}

func newRecorder(b stack.Build, hide hider, report stack.Report) *recorder {
	return &recorder{report: report, hide: hide, record: b, at: map[string]int{}, digests: map[string]string{}}
}

// take is a report to be handed to the build. What has changed is known when
// known is closed: the end of a step that this explains is told then.
func (r *recorder) take(ctx context.Context, known <-chan struct{}) stack.Report {
	return func(p stack.Progress) {
		if p.Action != stack.ActBuild || p.Status == stack.Warning {
			r.report(p)
			return
		}
		p = r.hide.progress(p)
		if p.Parent == "" {
			r.whole(p)
			return
		}
		first := r.step(p)
		if p.Status != stack.Cached && dockerfile.Key(p.Subject) != "" {
			p.Was = time.Duration(r.before.ran(p.Subject))
		}
		if first {
			if p.Status.Final() {
				select {
				case <-known:
				case <-ctx.Done():
				}
			}
			select {
			case <-known:
				p.Cause = r.explain(p)
			default:
			}
		}
		r.report(p)
	}
}

// whole takes a report on the build itself.
func (r *recorder) whole(p stack.Progress) {
	for _, b := range r.before.builds {
		if b.Built() && b.Options.Target == r.record.Options.Target {
			p.Was = b.Took
			break
		}
	}
	if p.Status.Final() {
		r.final = &p
		return
	}
	r.report(p)
}

// step records a step as it is now, and reports whether it is the first of its
// stage that is not taken from the cache.
func (r *recorder) step(p stack.Progress) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n, ok := r.at[p.ID]
	if !ok {
		if len(r.record.Steps) == mostSteps {
			return false
		}
		n = len(r.record.Steps)
		r.at[p.ID] = n
		r.record.Steps = append(r.record.Steps, stack.BuildStep{Name: p.Subject, Began: max(0, p.At.Add(-p.Elapsed).Sub(r.record.At))})
	}
	s := &r.record.Steps[n]
	s.Name, s.Status, s.Took = p.Subject, p.Status, p.Elapsed
	s.Output = append(s.Output, p.Log...)
	s.Output = s.Output[max(0, len(s.Output)-mostOutput):]
	if strings.Contains(p.Subject, "load build context") {
		r.record.Sent = max(r.record.Sent, p.Current)
	}
	if step, ok := r.before.file.Step(s.Name); ok && step.Base != "" {
		if digest := dockerfile.Digest(s.Name); digest != "" {
			r.digests[step.Base] = digest
		}
	}
	if p.Status == stack.Cached || !runs(*s) {
		return false
	}
	stage, number := dockerfile.Stage(s.Name)
	return !slices.ContainsFunc(r.record.Steps, func(other stack.BuildStep) bool {
		of, n := dockerfile.Stage(other.Name)
		return of == stage && n < number && runs(other)
	})
}

// runs reports whether a step is one that the cache could have had, and had not.
func runs(s stack.BuildStep) bool {
	key := dockerfile.Key(s.Name)
	_, text, _ := strings.Cut(key, "\n")
	return key != "" && !strings.HasPrefix(strings.ToLower(text), "from ") && s.Status != stack.Cached
}

// explain is why a step runs.
func (r *recorder) explain(p stack.Progress) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	cause := r.before.cause(p.Subject, r.digests, func(stage string) bool {
		return slices.ContainsFunc(r.record.Steps, func(s stack.BuildStep) bool {
			of, _ := dockerfile.Stage(s.Name)
			return strings.EqualFold(of, stage) && runs(s)
		})
	})
	r.record.Steps[r.at[p.ID]].Cause = cause
	return cause
}

// finish completes the record.
func (r *recorder) finish(ctx context.Context, bases map[string]string, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := &r.record
	b.Took, b.Bases = time.Since(b.At), maps.Clone(r.digests)
	maps.Copy(b.Bases, bases)
	switch {
	case err == nil && b.After.ID == b.Before.ID:
		b.Result = stack.Unchanged
	case err == nil:
		b.Result = stack.Done
	case ctx.Err() != nil:
		b.Result = stack.Cancelled
	default:
		b.Result = stack.Failed
		b.Error = err.Error()
		if p, ok := errors.AsType[*stack.Problem](err); ok && p.Err != nil {
			b.Error = p.Err.Error() // which names the step
		}
		b.Error = b.Error[:min(len(b.Error), mostError)]
	}
	for n := range b.Steps {
		s := &b.Steps[n]
		if !s.Status.Final() {
			s.Status = stack.Cancelled
		}
		if s.Status != stack.Failed {
			s.Output = nil
		}
		if s.Status == stack.Cached || !runs(*s) {
			s.Cause = ""
		}
	}
}

// last is the build's own last report, with the record.
func (r *recorder) last() {
	if r.final == nil {
		return // it did not come to be built
	}
	done := r.record
	r.final.Build = &done
	r.report(*r.final)
}
