package tui

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"berth/compose"
	"berth/stack"
)

// rewritten is a compose file that a test changes.
type rewritten struct{ says chan reading }

func (c *rewritten) changes(ctx context.Context) iter.Seq2[Project, error] {
	return func(yield func(Project, error) bool) {
		for {
			select {
			case r := <-c.says:
				if !yield(r.Project, r.err) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// option makes it, of the test's own bubble.
func (c *rewritten) option(o *Options) { c.says, o.Changes = make(chan reading), c.changes }

// hashed is the project with the hash that model-api's configuration has.
func hashed(hash string) Project {
	p := project()
	p.Services[0].Hashes = []string{hash}
	return p
}

func TestABrokenComposeFileIsToldAndWorkGoesOn(t *testing.T) {
	file := &rewritten{}
	show(t, 120, 36, func(s *screen) {
		s.up()
		file.says <- reading{err: &stack.Problem{What: "reading the compose file", Where: "docker-compose.yml:7", Err: errors.New("did not find expected key")}}
		s.settle()
		s.sees("✕ reading the compose file (docker-compose.yml:7): did not find expected key", "2 of 2 serving")
		s.press("R")
		s.sees("restarted model-api", "✕ compose file unreadable  ! why")
		s.press("!")
		s.sees("It cannot be read now", "docker-compose.yml:7")
		s.press("esc")
		file.says <- reading{Project: project()}
		s.settle()
		s.sees("✓ the compose file can be read again", "P plan")
		s.lacks("unreadable")
	}, file.option)
}

func TestAChangedComposeFileOffersThePlan(t *testing.T) {
	file := &rewritten{}
	show(t, 120, 36, func(s *screen) {
		a := api()
		a.ConfigHash = "1"
		s.up(a, metrics())
		file.says <- reading{Project: hashed("1")}
		s.settle()
		s.lacks("config changed")
		changed := hashed("2")
		changed.Services = append(changed.Services, changed.Services[1])
		changed.Services[3].Name = "redis"
		file.says <- reading{Project: changed}
		s.settle()
		s.sees("△ the compose file changed: up would recreate 1 container", "P plan", "△ config changed", "redis")
		s.work.plans(compose.Plan{Project: "churn", Steps: []compose.Step{
			{ID: 1, Kind: compose.RecreateContainer, Ref: ref("model-api"), Name: "churn-model-api-1", Cause: "configuration changed"},
		}})
		s.press("P")
		s.sees("Bring churn up?", "recreate container  churn-model-api-1  configuration changed")
		s.press("enter", "P", "y")
		if got := s.work.called(); !slices.Equal(got, []string{"up"}) {
			t.Errorf("asked for %q", got)
		}
		renamed := project()
		renamed.Name = "other"
		file.says <- reading{Project: renamed}
		s.settle()
		s.sees("now names the project other", "redis") // and goes on with this one
	}, file.option)
}

// What was made from another folder may be somebody else's project.
func TestContainersOfAnotherFolderAreNotTouchedUnasked(t *testing.T) {
	at := func(o *Options) {
		for n := range o.Project.Services {
			o.Project.Services[n].Dir = "/home/me/churn"
		}
	}
	for key, want := range map[string]string{"u": "up", "U": "up model-api", "r": "rebuild model-api"} {
		show(t, 120, 36, func(s *screen) {
			a := api()
			a.Dir = "/home/me/old"
			s.up(a, metrics())
			s.sees("△ containers were made from another folder, /home/me/old", "△ other folder", "e details")
			s.press(key)
			s.sees("Containers of churn were made from another folder, /home/me/old", "berth -p NAME")
			s.press("enter")
			if got := s.work.called(); len(got) > 0 {
				t.Errorf("%s: unasked: %q", key, got)
			}
			s.press(key, "y")
			if got := s.work.called(); !slices.Equal(got, []string{want}) {
				t.Errorf("%s: asked for %q", key, got)
			}
			s.quitAnyway()
		}, at)
	}
	show(t, 120, 36, func(s *screen) {
		a := api()
		a.Dir = "/home/me/churn"
		s.up(a, metrics())
		s.lacks("another folder")
		s.press("u")
		if got := s.work.called(); !slices.Equal(got, []string{"up"}) {
			t.Errorf("asked for %q", got)
		}
	}, at)
}

// The status line tells of this moment, or how old it is.
func TestWhatIsSaidAges(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("u")
		s.sees("✓ churn is up in")
		s.lacks(" ago")
		s.wait(3*time.Minute - time.Second)
		s.sees("✓ churn is up in 0 ms  2m ago")
		s.wait(8 * time.Minute)
		s.lacks("churn is up")
		s.press("u")
		stopped := api()
		stopped.Phase, stopped.Serving = stack.Exited, stack.ServingUnknown
		s.up(stopped, metrics())
		s.lacks("churn is up") // it no longer holds
		s.press("x")
		s.sees("no work is running")
		s.press("1") // another key: what answered the last is over
		s.lacks("no work is running")
		s.work.does(func(context.Context, stack.Report) error { return errors.New("port 8000 is taken") })
		s.press("u")
		s.wait(20*time.Minute - time.Second)
		s.sees("✕ up churn failed: port 8000 is taken  19m ago") // what went wrong stays
	})
}
