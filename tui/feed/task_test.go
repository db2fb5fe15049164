package feed

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
)

// takes gives a task its news until none follow, and returns what it told.
func takes(t *testing.T, task *Task[int, string], cmd tea.Cmd) (progress []int) {
	t.Helper()
	for cmd != nil {
		news, ok := cmd().(Told[int, string])
		if !ok {
			t.Fatal("the task was closed before it was done")
		}
		if cmd, ok = task.Take(news); !ok {
			t.Fatal("its news are not taken")
		}
		if n := len(progress); n == 0 || progress[n-1] != task.Progress {
			progress = append(progress, task.Progress)
		}
	}
	return progress
}

func TestATaskTellsHowFarItIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		var task Task[int, string]
		if task.Running() || task.Done() {
			t.Error("a task without a job runs, or has ended")
		}
		cmd := task.Start(g, func(_ context.Context, tell func(int)) (string, error) {
			for n := range 3 {
				tell(n + 1)
				time.Sleep(time.Second)
			}
			return "made", nil
		})
		if !task.Running() || task.Done() {
			t.Error("the job does not run")
		}
		if got := takes(t, &task, cmd); len(got) != 3 || got[2] != 3 {
			t.Errorf("told %v", got)
		}
		if task.Running() || !task.Done() || task.Result != "made" || task.Err != nil {
			t.Errorf("ended with %q, %v", task.Result, task.Err)
		}
	})
}

func TestAStoppedTaskKeepsWhatItHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		var task Task[int, string]
		cmd := task.Start(g, func(ctx context.Context, tell func(int)) (string, error) {
			tell(1)
			<-ctx.Done()
			return "half", ctx.Err()
		})
		task.Stop()
		takes(t, &task, cmd)
		if !task.Done() || task.Result != "half" || !errors.Is(task.Err, context.Canceled) {
			t.Errorf("ended with %q, %v", task.Result, task.Err)
		}
	})
}

func TestNewsOfAJobThatWasGivenUpAreNotTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		defer g.Close(time.Minute)
		var task Task[int, string]
		ended := false
		first := task.Start(g, func(ctx context.Context, tell func(int)) (string, error) {
			tell(1)
			<-ctx.Done()
			ended = true
			return "", ctx.Err()
		})
		news := first().(Told[int, string])
		second := task.Start(g, func(context.Context, func(int)) (string, error) { return "second", nil })
		if _, ok := task.Take(news); ok {
			t.Error("news of the job before were taken")
		}
		takes(t, &task, second)
		synctest.Wait()
		if !ended || task.Result != "second" {
			t.Errorf("the job before ended: %v; the result is %q", ended, task.Result)
		}
		task.Close()
		if task.Running() || task.Done() || task.Result != "" {
			t.Error("a closed task has a job")
		}
	})
}
