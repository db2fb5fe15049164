package tui

import (
	"context"
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/bind"
	"berth/tui/services"
)

func TestKeysActOnTheSelectedService(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("r", "B", "j", "s", "R", "k", "s", "u", "U")
		want := []string{"rebuild model-api", "back model-api", "stop prometheus", "restart prometheus", "stop model-api", "up", "up model-api"}
		if got := s.work.called(); !slices.Equal(got, want) {
			t.Errorf("asked for %q, want %q", got, want)
		}
	})
}

func TestAKeyThatCannotBeUsedSaysWhy(t *testing.T) {
	stopped := metrics()
	stopped.Phase, stopped.Serving = stack.Exited, stack.ServingUnknown
	for _, c := range []struct{ keys, want string }{
		{"j r", "prometheus has no build section"},
		{"j s", "prometheus is not running"},
		{"j j r", "debug is off: profile debug"},
		{"x", "no work is running"},
		{"e", "what went wrong last: nothing did"},
		{"E", "messages so far: there are none"},
	} {
		show(t, 120, 36, func(s *screen) {
			s.up(api(), stopped)
			s.press(strings.Fields(c.keys)...)
			s.sees(c.want)
			if got := s.work.called(); len(got) > 0 {
				t.Errorf("%s: asked for %q", c.keys, got)
			}
		})
	}
}

func TestOneWorkAtATimeAndItCanBeCancelled(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(func(ctx context.Context, _ stack.Report) error {
			<-ctx.Done()
			time.Sleep(time.Second) // cleaning up
			return ctx.Err()
		})
		s.press("r")
		s.wait(3 * time.Second)
		s.sees("rebuild model-api  3 s", "x cancel")
		s.press("s")
		if got := s.work.called(); len(got) != 1 {
			t.Errorf("asked for %q while work was running", got)
		}
		s.press("x")
		s.sees("cancelling…")
		s.wait(2 * time.Second)
		s.sees("rebuild model-api: cancelled after")
		s.work.does(nil)
		s.press("s")
		s.sees("stopped model-api in")
	})
}

func TestItCanBeginWithBringingTheProjectUp(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.sees("churn is up in")
		if got := s.work.called(); !slices.Equal(got, []string{"up"}) {
			t.Errorf("asked for %q", got)
		}
	}, func(o *Options) { o.Up = true })
}

func TestAFailureIsToldWithItsCause(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(func(context.Context, stack.Report) error {
			return &stack.Problem{
				What: "starting model-api", Where: "docker-compose.yml:7", Hint: "stop what uses it",
				Err: errors.New("port 8000 is taken"), Lines: []string{"evil \x1b[2J line"},
			}
		})
		s.press("u")
		s.sees("up churn failed: starting model-api (docker-compose.yml:7): port 8000 is taken; stop what uses it")
		s.press("e")
		s.sees("What went wrong", "where   docker-compose.yml:7", "cause   port 8000 is taken", "next    stop what uses it", "evil  line")
		s.press("esc")
		s.lacks("What went wrong")
	})
}

// Of several errors each is told with its own place and what to do.
func TestEveryOneOfSeveralErrorsIsTold(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(func(context.Context, stack.Report) error {
			return errors.Join(
				&stack.Problem{What: "pulling redis", Where: "redis", Hint: "log in", Err: errors.New("denied")},
				&stack.Problem{What: "building model-api", Where: "Dockerfile:9", Err: errors.New("exit code: 1")})
		})
		s.press("u", "e")
		s.sees("pulling redis", "next    log in", "building model-api", "where   Dockerfile:9")
		s.quitAnyway()
	})
}

func TestMessagesCanBeReadAgain(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("u")
		s.work.does(func(context.Context, stack.Report) error { return errors.New("port 8000 is taken") })
		s.press("s")
		s.work.does(nil)
		s.press("R", "x") // the last is not worth keeping
		s.sees("△ cancel the work: no work is running")
		s.lacks(" more")
		s.press("E")
		s.sees("✓ churn is up in", "✕ stop model-api failed: port 8000 is taken", "✓ restarted model-api in")
		if text := s.text(); strings.Index(text, "restarted") > strings.Index(text, "churn is up") {
			t.Errorf("the newest message is not the first:\n%s", text)
		}
		s.press("y")
		copied := regexp.MustCompile(`\x1b\]52;c;([A-Za-z0-9+/=]+)`).FindStringSubmatch(s.terminal.Written())
		if len(copied) < 2 {
			t.Fatal("nothing was copied")
		}
		if text, err := base64.StdEncoding.DecodeString(copied[1]); err != nil || !strings.Contains(string(text), "✕ stop model-api failed: port 8000 is taken\n") {
			t.Errorf("%q was copied", text)
		}
		s.sees("Messages", "copied")
		s.press("esc", "e") // the last error, though other things were told since
		s.sees("What went wrong", "port 8000 is taken")
		s.press("enter")
		s.lacks("What went wrong")
		s.lacks("more")
	})
}

func TestAFailedBuildNamesThePaneThatTells(t *testing.T) {
	for _, scene := range scenes {
		if scene.name == "build-failed" {
			show(t, 120, 36, func(s *screen) {
				scene.story(s)
				s.press("e")
				s.sees("next    check the pins", "3 shows every step of the build")
				s.quitAnyway()
			})
		}
	}
}

func TestDownShowsThePlanAndAsks(t *testing.T) {
	for _, c := range []struct {
		key  string
		want []string
	}{{"enter", nil}, {"space", nil}, {"y", []string{"down"}}, {"esc", nil}, {"n", nil}} {
		for _, scene := range scenes {
			if scene.name != "confirm-down" {
				continue
			}
			show(t, 80, 24, func(s *screen) {
				scene.story(s)
				s.sees("Take churn down?", "remove container  churn-model-api-1")
				s.press(c.key)
				s.lacks("Take churn down?")
				if got := s.work.called(); !slices.Equal(got, c.want) {
					t.Errorf("%s: asked for %q, want %q", c.key, got, c.want)
				}
			})
		}
	}
}

func TestLeaving(t *testing.T) {
	t.Run("q", func(t *testing.T) {
		show(t, 80, 24, func(s *screen) { s.up(); s.press("q"); s.over() })
	})
	t.Run("ctrl+c with nothing running", func(t *testing.T) {
		show(t, 80, 24, func(s *screen) { s.up(); s.press("?", "ctrl+c"); s.over() })
	})
	running := func(s *screen) *bool {
		ended := new(bool)
		s.up()
		s.work.does(func(ctx context.Context, _ stack.Report) error {
			<-ctx.Done()
			*ended = true
			return ctx.Err()
		})
		s.press("r")
		return ended
	}
	t.Run("q while work runs, answered with yes", func(t *testing.T) {
		show(t, 80, 24, func(s *screen) {
			ended := running(s)
			s.press("q")
			s.sees("rebuild model-api is running")
			s.press("enter") // by accident
			s.sees("x cancel")
			if *ended {
				t.Error("enter alone cancelled the work")
			}
			s.press("q", "tab", "enter")
			s.over()
			if !*ended {
				t.Error("the work was not cancelled")
			}
		})
	})
	for name, c := range map[string]struct {
		result error
		then   func(*screen)
	}{
		"well":  {nil, (*screen).over},
		"badly": {errors.New("no space left"), func(s *screen) { s.sees("no space left"); s.press("q"); s.over() }},
	} {
		t.Run("q while work runs, which then ends "+name, func(t *testing.T) {
			show(t, 80, 24, func(s *screen) {
				s.up()
				end := make(chan struct{})
				s.work.does(func(context.Context, stack.Report) error { <-end; return c.result })
				s.press("r", "q")
				s.sees("rebuild model-api is running")
				close(end)
				s.settle()
				c.then(s)
			})
		})
	}
	t.Run("q while work runs, answered with no", func(t *testing.T) {
		show(t, 80, 24, func(s *screen) {
			ended := running(s)
			s.press("q", "n", "q", "esc")
			s.sees("x cancel")
			if *ended {
				t.Error("the work was cancelled")
			}
			s.press("ctrl+c", "ctrl+c")
			s.over()
		})
	})
}

// Esc goes one step back at a time and loses nothing.
func TestEscGoesOneStepBack(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "z", "i", "x")
		s.sees("edited")
		s.press("?") // a question mark in the text
		s.lacks("all keys of")
		s.press("esc")
		s.lacks("2 of 2 serving") // still the full screen
		s.press("esc")
		s.sees("● model-api", "━━━━━━━━━")
		s.press("esc")
		s.lacks("━━━━━━━━━")
		s.sees("edited", "x?{")
	})
}

func TestTheListIsFiltered(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("/", "p", "r", "o")
		s.sees("▌● prometheus", "/ pro")
		s.lacks("● model-api")
		s.press("esc", "s") // a step back: the text stays, and keys are keys again
		s.sees("/ pro", "stopped prometheus")
		s.press("esc")
		s.lacks("/ pro")
		s.sees("● model-api", "▌● prometheus")
	})
}

// Typing goes to a service: by the beginning of its name first, by a part of it
// where none begins so.
func TestTypingGoesToAService(t *testing.T) {
	many := func(o *Options) {
		for _, name := range []string{"api-gateway", "worker-api", "worker-db"} {
			o.Project.Services = append(o.Project.Services, services.Declared{Name: name})
		}
	}
	for typed, want := range map[string]string{"api": "api-gateway", "worker": "worker-api", "-d": "worker-db", "mod": "model-api"} {
		show(t, 120, 36, func(s *screen) {
			s.up()
			s.press("/")
			s.typed(typed)
			s.press("enter")
			s.sees("prometheus", "worker-db") // among all
			s.look(func(r *root) {
				if row, _ := r.list.Selected(); row.Ref.Service != want {
					t.Errorf("%q goes to %s, want %s", typed, row.Ref.Service, want)
				}
			})
		}, many)
	}
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("j", "/", "x", "y", "enter") // to nothing
		s.sees("no service is called that", "/ xy")
		s.press("backspace", "backspace", "w", "o", "tab") // kept
		s.sees("▌○ worker-api", "worker-db", "/ wo")
		s.lacks("prometheus")
		s.press("esc")
		s.sees("prometheus")
	}, many)
}

func TestTwoPanesSideBySide(t *testing.T) {
	show(t, 160, 45, func(s *screen) {
		s.up()
		s.engine.print("model-api", "a line")
		s.settle()
		s.sees("a line", "Docker     says healthy") // logs and health
		s.press("3")
		s.sees("a line", "Nothing was built")
		s.lacks("Docker     says healthy")
		s.press("tab") // from the second pane to the list
		s.press("j")
		s.sees("▌● prometheus")
		s.press("k", "tab", "m") // to the logs, which were left as they are
		s.sees("all services")
		s.click(120, 20)
		s.press("|")
		s.lacks("a line")
		s.sees("Nothing was built")
		s.press("|")
		s.sees("a line", "Nothing was built")
		s.press("z")
		s.lacks("a line")
		s.press("1")
		s.sees("a line")
		s.lacks("Nothing was built")
		s.press("esc")
		s.sees("a line", "Nothing was built")
		s.program.Send(tea.WindowSizeMsg{Width: 120, Height: 36}) // no room
		s.settle()
		s.look(func(r *root) {
			if !r.visible[paneLogs] || r.visible[paneBuild] || r.visible[paneHealth] {
				t.Errorf("at 120 columns %v are visible", r.visible)
			}
		})
	})
}

func TestTabsAndRegions(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("3")
		s.sees("Nothing was built")
		s.press("2")
		s.sees("Docker     says healthy")
		s.press("tab", "j")
		s.sees("Docker     no health check") // the list has the focus: j chose prometheus
		s.click(37, 2)
		s.sees("prometheus has printed nothing yet")
		s.click(3, 2)
		s.sees("model-api has printed nothing yet")
	})
}

// What the help line and the list of keys promise is what the keys do: every
// key belongs to one action only, by the same table. A pane's or the list's own
// keys may come before the common ones of scrolling, and esc goes a step back
// whatever the step is.
func TestNoKeyHasTwoMeanings(t *testing.T) {
	for _, set := range unopened().sets() {
		seen := map[string]bind.Action{}
		for _, a := range set.Actions {
			for _, k := range a.Keys {
				other, taken := seen[k]
				if taken && k != "esc" && a.Group() != "scroll" && a.ID != "predict.ask" {
					t.Errorf("in %s, %s means both %s and %s", set.Name, k, other.ID, a.ID)
				}
				if !taken {
					seen[k] = a
				}
			}
		}
	}
}

func TestEveryActionHasANameAKeyAndHelp(t *testing.T) {
	ids := map[string]string{}
	for _, set := range unopened().sets() {
		for _, a := range set.Actions {
			if group, name, _ := strings.Cut(a.ID, "."); group == "" || name == "" || strings.ContainsAny(a.ID, " \"=") || groupOrder(a) < 0 {
				t.Errorf("%q is no name for the settings", a.ID)
			}
			if a.Desc == "" || a.Do == nil || len(a.Keys) == 0 && a.Group() != "theme" {
				t.Errorf("%s lacks its help, its key or what it does: %+v", a.ID, a)
			}
			for _, k := range a.Keys {
				if !bind.Known(k) {
					t.Errorf("%s has the key %q, which settings would refuse", a.ID, k)
				}
			}
			if was, ok := ids[a.ID]; ok && was != a.AllKeys() {
				t.Errorf("%s is two actions: of %s and of %s", a.ID, was, a.AllKeys())
			}
			ids[a.ID] = a.AllKeys()
		}
	}
}

// An action that can be reached in any scene can be named in the settings.
func TestTheSettingsKnowEveryAction(t *testing.T) {
	var known []string
	for _, a := range Actions() {
		known = append(known, a.ID)
	}
	for _, scene := range scenes {
		t.Run(scene.name, func(t *testing.T) {
			show(t, 120, 36, func(s *screen) {
				scene.story(s)
				s.look(func(r *root) {
					for _, a := range r.keys() {
						if !slices.Contains(known, a.ID) {
							t.Errorf("%s is not among Actions()", a.ID)
						}
					}
				})
				s.quitAnyway()
			}, scene.changes()...)
		})
	}
}

func TestKeysCanBeChanged(t *testing.T) {
	keys, errs := Keys([]bind.Wish{
		{ID: "work.restart", Keys: []string{"ctrl+r"}, Where: "config.toml:2"},
		{ID: "work.stop", Keys: []string{"x"}, Where: "config.toml:3"},
		{ID: "work.stopp", Keys: []string{"y"}, Where: "config.toml:4"},
		{ID: "work.up", Keys: []string{"hyper+u"}, Where: "config.toml:5"},
		{ID: "berth.help", Keys: []string{"ctrl+c"}, Where: "config.toml:6"},
	})
	var said []string
	for _, err := range errs {
		said = append(said, err.Error())
	}
	for n, want := range []string{
		`(config.toml:4): there is no action "work.stopp"`,
		`(config.toml:5): there is no key "hyper+u" for work.up`,
		"(config.toml:6): ctrl+c always leaves and cannot be berth.help",
		"(config.toml:3): x is also the key of work.cancel",
	} {
		if n >= len(said) || !strings.Contains(said[n], want) {
			t.Errorf("problem %d is not %q: %q", n, want, said)
		}
	}
	if len(said) != 4 {
		t.Errorf("%d problems, want 4: %q", len(said), said)
	}
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.sees("✕ settings: ", "E 3 more", "ctrl+r restart", "x stop")
		s.press("ctrl+r", "R", "x", "s", "u")
		if got, want := s.work.called(), []string{"restart model-api", "stop model-api", "up"}; !slices.Equal(got, want) {
			t.Errorf("asked for %q, want %q", got, want)
		}
		s.press(":", "c", "a", "n", "c", "e", "l")
		s.sees("cancel the work")
		s.quitAnyway()
	}, func(o *Options) { o.Keys, o.Amiss = keys, errs })
}

func TestThePaletteRunsWhatIsTyped(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press(":", "r", "s", "t", "a")
		s.sees("▌ Work      restart")
		s.press("enter")
		s.lacks("Commands")
		s.press("ctrl+p", "w", "r", "a", "p")
		s.sees("▌ Logs      wrap")
		s.press("backspace", "backspace", "backspace", "backspace", "c", "a", "n", "c", "e", "l")
		s.sees("cancel the work  △ no work is running")
		s.press("enter") // it cannot: the palette stays and says why
		s.sees("no work is running")
		s.press("esc")
		s.lacks("Commands")
		s.press(":", "m", "e", "r", "g", "e", "enter") // of a pane
		s.sees("Following every service")
		if got := s.work.called(); !slices.Equal(got, []string{"restart model-api"}) {
			t.Errorf("asked for %q", got)
		}
		s.press("2", ":", "m", "e", "r", "g", "enter") // of one that is not shown: it is then
		s.lacks("Following every service")
		s.sees("model-api has printed nothing yet")
	})
}

func TestHelpIsSearched(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.press("?")
		s.sees("Keys", "Work", "/ search")
		s.press("/", "s", "u", "s", "p")
		s.sees("Berth", "suspend", "ctrl+z")
		s.lacks("service above")
		s.press("esc")
		s.sees("/ search", "service above")
		s.press("G")
		s.sees("suspend")
		s.press("?")
		s.lacks("/ search")
		s.quitAnyway()
	})
}

// Every key can be looked up, whether the Engine answers or not.
func TestHelpListsEveryKey(t *testing.T) {
	for name, begin := range map[string]func(*screen){"up": func(s *screen) { s.up() }, "connecting": func(*screen) {}} {
		show(t, 120, 36, func(s *screen) {
			begin(s)
			s.look(func(r *root) {
				listed := map[string]string{}
				for _, g := range r.everyKey() {
					for _, a := range g.Actions {
						listed[a.ID] = a.AllKeys()
					}
				}
				for _, a := range Actions() {
					if keys, ok := listed[a.ID]; a.Group() != "scroll" && (!ok || keys != a.AllKeys()) { // scrolling is of the pane that is shown
						t.Errorf("%s: help does not list %s with %s", name, a.ID, a.AllKeys())
					}
				}
			})
			s.press("?", "/")
			s.typed("undo")
			s.sees("undo  △ while you type there", "ctrl+z")
			s.quitAnyway()
		})
	}
}

func TestTheHelpLineNamesOnlyWhatWorks(t *testing.T) {
	show(t, 200, 60, func(s *screen) {
		stopped := api()
		stopped.Phase = stack.Exited
		s.up(stopped, metrics())
		s.sees("r rebuild", "R restart")
		s.lacks("s stop")
		s.press("j")
		s.sees("s stop")
		s.lacks("r rebuild")
	})
}

func TestAWheelThatTurnsFastIsCalmed(t *testing.T) {
	filter, passed := calmWheel(), 0
	for range 100 {
		if filter(nil, tea.MouseWheelMsg{}) != nil {
			passed++
		}
	}
	if passed == 0 || passed > 10 {
		t.Errorf("%d of 100 turns within a moment passed", passed)
	}
	if filter(nil, tea.KeyPressMsg{}) == nil {
		t.Error("a key did not pass")
	}
}

// On a screen that is too small nobody sees what a key would do.
func TestNothingIsDoneBlind(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("D")
		s.program.Send(tea.WindowSizeMsg{Width: 40, Height: 10})
		s.settle()
		s.press("y", "u", "s", "D", "y")
		if calls := s.work.called(); len(calls) > 0 {
			t.Errorf("done: %q", calls)
		}
		s.press("q")
		s.over()
	})
}

// What stops and restarts is what is selected: all of a service, or of its replicas
// the one that stands in a row of its own.
func TestOneReplicaIsMeantWhereItIsSelected(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up(crowd()...)
		s.press("R")
		s.press("space", "j", "s")
		if got, want := s.work.called(), []string{"restart model-api", "stop model-api-2"}; !slices.Equal(got, want) {
			t.Errorf("called %q, want %q", got, want)
		}
		s.sees("stopped model-api-2")
	})
}
