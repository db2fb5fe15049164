package tui

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/stack"
	"berth/tui/feed"
)

func numbered(from, to int) []string {
	var lines []string
	for n := from; n < to; n++ {
		lines = append(lines, fmt.Sprintf("line %d.", n))
	}
	return lines
}

func TestLogsFollowUntilOneScrolls(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 100)...)
		s.settle()
		s.sees("line 99.", "following", "100 lines")
		s.press("pgup")
		s.sees("paused", "line 71.")
		s.lacks("line 99.")
		s.engine.print("model-api", numbered(100, 220)...)
		s.settle()
		s.sees("paused, 120 new lines", "line 71.") // it stands still
		s.turn(60, 10, tea.MouseWheelUp)
		s.lacks("line 71.")
		s.press("tab", "G")
		s.sees("line 219.", "following")
		s.press("g")
		s.sees("line 0.", "paused")
		s.press("ctrl+d", "pgdown")
		s.lacks("line 0.")
		for range 20 {
			s.press("pgdown")
		}
		s.sees("following", "line 219.") // at the end it follows again
	})
}

func TestAServiceIsFoundAsItWasLeft(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 100)...)
		s.settle()
		s.press("pgup", "j")
		s.sees("prometheus has printed nothing yet")
		s.engine.print("model-api", "while away")
		s.press("k")
		s.sees("paused, 1 new line", "line 71.")
	})
}

func TestAFloodOfLogsIsBoundedAndCounted(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 50_000)...)
		s.settle()
		s.sees("line 49999.", "10,000 lines · 40,000 older dropped")
		s.engine.print("model-api", "after the flood")
		s.settle()
		s.sees("after the flood", "following")
	})
}

func TestTheLogKeepsItsLimit(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		for n := range 10 {
			s.engine.print("model-api", numbered(n*100, n*100+100)...)
			s.settle()
		}
		s.sees("500 lines · 500 older dropped", "line 999.")
		s.press("tab", "g")
		s.sees("line 500.")
	}, func(o *Options) { o.Settings.Logs.Lines = 500 })
}

func TestLongLinesWrapWhenAsked(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.up()
		s.engine.print("model-api", strings.Repeat("word ", 40)+"end of it")
		s.settle()
		s.lacks("end of it")
		s.press("W")
		s.sees("end of it")
	})
}

func TestStreamsAreTreadLightly(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		if n := s.engine.reading(); n != 1 {
			t.Errorf("%d logs are read to show one", n)
		}
		s.wait(10 * time.Second)
		if n := s.engine.inspected(); n != 0 {
			t.Errorf("inspected %d times while nobody looks at health", n)
		}
		s.press("2")
		s.wait(10 * time.Second)
		seen := s.engine.inspected()
		if seen < 9 || seen > 12 {
			t.Errorf("inspected %d times in 10 s", seen)
		}
		s.press("1")
		s.wait(10 * time.Second)
		if n := s.engine.inspected(); n > seen+1 {
			t.Errorf("inspected %d times more after the pane was left", n-seen)
		}
	})
}

func TestAllThatProbesSaidCanBeRead(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		d := detail(api())
		at := time.Now()
		for n := range 2 {
			d.Probes = append(d.Probes, stack.Probe{Start: at, End: at, ExitCode: n, Output: fmt.Sprintf("probe %d\n", n) + strings.Join(numbered(0, 7), "\n")})
		}
		s.engine.describe(d)
		s.up()
		s.press("2")
		s.sees("line 4.", "… 2 more lines", "probe 0")
		s.lacks("line 6.")
		s.press("enter")
		if n := strings.Count(s.text(), "line 6."); n != 2 {
			t.Errorf("the last line of %d outputs is seen, want 2", n)
		}
		s.press("enter")
		s.lacks("line 6.")
	})
}

func TestTheLastBuildStaysReadable(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			buildSteps(report)
			report(stack.Progress{ID: "b/3", Parent: "b", Action: stack.ActBuild, Status: stack.Done, Subject: "[builder 4/4] RUN pip install -r requirements.txt", Elapsed: 4 * time.Second})
			return nil
		})
		s.press("r", "3")
		s.sees("rebuild model-api  done in", "1 step cached", "✓ builder 4/4")
		s.lacks("Collecting numpy")
		s.press("k", "k", "k", "k", "k", "j", "j", "j", "space")
		s.sees("Collecting numpy", "▾")
		s.work.does(func(_ context.Context, report stack.Report) error {
			report(stack.Progress{ID: "s", Action: stack.ActStop, Status: stack.Done, Subject: "container churn-model-api-1"})
			return nil
		})
		s.press("s")
		s.sees("stopped model-api", "rebuild model-api  done in")
	})
}

func TestAnEditedBodyIsNeverLost(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "i", "#", "esc", "esc", "j", "k")
		s.sees("#{")
		replaced := api()
		replaced.ContainerID = "another"
		s.up(replaced, metrics()) // its API is read anew
		s.sees("#{", "edited")
	})
}

func TestWhatIsTypedIsSent(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "i", "down", "right", "right", "right")
		s.program.Send(tea.PasteMsg{Content: "x"})
		s.settle()
		s.press("backspace", "q", "backspace", "ctrl+s")
		s.sees("200 OK", `"churn_probability": 0.9398`)
		want := "{\n  \"tenure\": 3,\n  \"monthly_charges\": 95.5,\n  \"contract\": \"month-to-month\"\n}"
		if sent := s.sent(); len(sent) != 1 || sent[0] != want {
			t.Errorf("sent %q, want %q", sent, want)
		}
	})
}

func TestWhatIsAmissBesidesAnAnswerIsTold(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			return answered(200, `{"churn":true}`), errors.New("saving it: disk full")
		})
		s.press("p", "enter")
		s.sees(`"churn": true`, "△ saving it: disk full")
	})
}

func TestAnAnswerThatIsLateIsNotShown(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.predictor.answers(func(ctx context.Context, _ string) (predict.Response, error) {
			time.Sleep(3 * time.Second) // deaf to being cancelled
			return answered(200, `{"late":true}`), nil
		})
		s.press("p", "enter")
		s.sees("waiting for an answer")
		s.press("esc")
		s.sees("stopped waiting")
		s.wait(5 * time.Second)
		s.lacks("late")
	})
}

func TestEngineAwayAndBack(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		away := snapshot()
		away.Down, away.Retry = "connection refused", time.Now().Add(3*time.Second)
		s.engine.snapshots <- away
		s.settle()
		s.sees("The Docker Engine cannot be reached.", "connection refused", "trying again in 3 s")
		s.press("u")
		s.sees("up: the Engine is not reachable")
		s.wait(2 * time.Second)
		s.lacks("trying again in 3 s")
		s.up()
		s.sees("2 of 2 serving")
		s.lacks("refused")
	})
}

func TestAWatchThatFailsIsToldAndBegunAnew(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.engine.broken <- errors.New("the stream was \x1b[2J garbled")
		s.settle()
		s.sees("watching the Engine: the stream was  garbled", "2 of 2 serving")
		s.wait(watchAgain)
		s.up(metrics())
		s.sees("1 of 2 serving")
	})
}

func TestTheThemeFollowsTheTerminalsBackground(t *testing.T) {
	show(t, 80, 24, func(s *screen) {
		s.look(func(r *root) {
			if !r.theme.Dark {
				t.Error("dark is not what is assumed at first")
			}
		})
		s.program.Send(tea.BackgroundColorMsg{Color: color.White})
		s.settle()
		s.look(func(r *root) {
			if r.theme.Dark {
				t.Error("the theme stays dark on white")
			}
		})
	})
}

// A frame must leave room for everything else in the 50 ms that a key may
// take.
func BenchmarkFrame(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	g := feed.NewGroup(ctx)
	defer g.Close(time.Second)
	engine := newFakeEngine()
	r := newRoot(Options{Project: project(), Engine: engine, Work: &fakeWork{}, Predictor: &fakePredictor{}}, g)
	engine.print("model-api", numbered(0, 1000)...)
	engine.snapshots <- snapshot(api(), metrics())
	// What Bubble Tea does: each command runs by itself, and its message comes
	// to Update.
	messages := make(chan tea.Msg)
	var run func(tea.Cmd)
	run = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		go func() {
			msg := cmd()
			if batch, ok := msg.(tea.BatchMsg); ok {
				for _, c := range batch {
					run(c)
				}
				return
			}
			select {
			case messages <- msg:
			case <-ctx.Done():
			}
		}()
	}
	run(r.Init())
	_, cmd := r.Update(tea.WindowSizeMsg{Width: 200, Height: 60})
	for run(cmd); !strings.Contains(r.screen(), "line 999."); run(cmd) {
		_, cmd = r.Update(<-messages)
	}
	for b.Loop() {
		r.screen()
	}
}

// Enter is not lost on a service whose API is being read, as it is after each
// rebuild: the body goes out as soon as it is known where to.
func TestSendingWaitsForTheAPI(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		found := s.predictor.hold()
		s.up()
		s.press("4", "enter")
		s.lacks("200 OK")
		found()
		s.settle()
		s.sees("200 OK", "0.9398")
	})
}

// What rests is not drawn again; what moves is, and so is what happens.
func TestARestingScreenIsNotDrawnAgain(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		old := api()
		old.StartedAt = time.Now().Add(-2*time.Hour - 30*time.Second)
		s.up(old, metrics())
		s.settle()
		const mark = "\x00" // no drawing has it
		rest := func() { s.look(func(r *root) { r.drawn += mark }) }
		rested := func() (is bool) {
			s.look(func(r *root) { is = strings.HasSuffix(r.drawn, mark) })
			return is
		}
		draws := func(d time.Duration) (n int) {
			for ; d > 0; d -= time.Second {
				rest()
				s.wait(time.Second)
				if !rested() {
					n++
				}
			}
			return n
		}
		if n := draws(20 * time.Second); n != 0 {
			t.Errorf("%d drawings of what rests in 20 s", n)
		}
		rest()
		s.press("j")
		if rested() {
			t.Error("a key does not draw")
		}
		s.press("k", "2") // health counts the seconds
		if n := draws(10 * time.Second); n < 9 {
			t.Errorf("%d drawings of what moves in 10 s", n)
		}
		s.press("1")
		rest()
		s.wait(61 * time.Minute)
		if rested() {
			t.Error("an age that changes does not draw")
		}
		s.sees("3h")
	})
}

func TestAMeasurementThatStopsIsNotShownForEver(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.engine.measure(stack.Sample{Ref: ref("model-api"), CPU: 0.5, Memory: 105e6})
		s.up()
		s.wait(3 * time.Second)
		s.sees("105 MB")
		s.wait(10 * time.Second)
		s.lacks("105 MB")
	})
}

func TestAPasteThatIsTooLongIsToldAndNotCut(t *testing.T) {
	show(t, 120, 36, func(s *screen) {
		s.up()
		s.press("p", "i", "ctrl+l")
		s.program.Send(tea.PasteMsg{Content: strings.Repeat("1\n", 10_000)})
		s.settle()
		s.sees("the paste is too long to edit here; ctrl+o opens your editor", "✓ valid")
		s.program.Send(tea.PasteMsg{Content: "1"})
		s.settle()
		s.lacks("too long")
	})
}
