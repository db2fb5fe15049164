package tui

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"berth/compose"
	"berth/predict"
	"berth/stack"
	predictpane "berth/tui/pane/predict"
)

// Text that is read from the right, its marks, and the characters that change
// the direction of everything after them.
const (
	hebrew   = "שלום עולם"
	dotted   = "שָׁלוֹם"
	arabic   = "مرحبا بالعالم"
	vowelled = "مَرْحَبًا لا"
	override = "a\u202eb\u2067c\u2069\u200fd\u061ce"
	rtl      = "start " + hebrew + " 12 " + dotted + ", " + arabic + " (" + vowelled + ") " + override + " end."
)

// bytesOf is the size of a text, which letters of two bytes change.
var bytesOf = regexp.MustCompile(`\d{3} B`)

// plain has an x for each letter that is read from the right, and nothing for
// the marks on it: a text that takes the same cells. What Berth spells out is
// spelled out.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x5b0 && r <= 0x5c7, r >= 0x64b && r <= 0x65f:
			return -1
		case r >= 0x5d0 && r <= 0x64a:
			return 'x'
		default:
			return r
		}
	}, strings.NewReplacer("\u202e", "<U+202E>", "\u2067", "<U+2067>", "\u2069", "<U+2069>", "\u200f", "<U+200F>", "\u061c", "<U+061C>").Replace(s))
}

// Wherever text from outside may be shown, one that is read from the right
// leaves every cell where it is, and what would turn the direction of the rest
// of the line never reaches the terminal.
func TestTextFromTheRightMovesNothing(t *testing.T) {
	long := func(text string) string { return strings.Repeat(text+" ", 6) }
	for name, story := range map[string]func(s *screen, text string){
		"logs": func(s *screen, text string) { s.engine.print("model-api", text, "!"+long(text), "="+text, "end") },
		"logs, wrapped, merged, with times": func(s *screen, text string) {
			s.press("W", "m", "t")
			s.engine.print("model-api", text, long(text), `{"level":"info","msg":"`+text+`","k":"`+text+`"}`)
		},
		"logs, found": func(s *screen, text string) {
			s.engine.print("model-api", text, long(text))
			s.press("tab", "/")
			s.typed("end")
			s.press("enter")
		},
		"health": func(s *screen, text string) {
			a := api()
			a.Health, a.Serving, a.Answer = stack.Unhealthy, stack.NotServing, text
			a.Cause = &stack.Cause{Short: text, Text: long(text), Advice: text, Lines: []string{text}}
			d := detail(a)
			d.Check.Test = []string{"CMD-SHELL", "echo " + text}
			at := time.Now().Add(-time.Second)
			d.Probes = []stack.Probe{{Start: at, End: at, ExitCode: 1, Output: text + "\n" + long(text)}}
			s.engine.describe(d)
			s.up(a, metrics())
			s.press("2")
		},
		"build": func(s *screen, text string) {
			s.work.does(func(_ context.Context, report stack.Report) error {
				p := stack.Progress{ID: "b/1", Parent: "b", Service: "model-api", Action: stack.ActBuild, Status: stack.Failed, Subject: "RUN echo " + text, Text: text, Elapsed: time.Second, Log: []string{text, long(text)}}
				report(stack.Progress{ID: "b", Service: "model-api", Action: stack.ActBuild, Status: stack.Failed, Subject: "model-api", Text: text})
				report(p)
				return errors.New(text)
			})
			s.press("u", "3")
		},
		"predict": func(s *screen, text string) {
			s.predictor.answers(func(context.Context, string) (predict.Response, error) {
				r := answered(422, `{"`+text+`": "`+long(text)+`"}`)
				r.FieldErrors = []predict.FieldError{{Path: text, Message: text}}
				return r, nil
			})
			s.press("p", "p")
		},
		"predict, replayed": func(s *screen, text string) {
			s.predictor.replays <- predictpane.Replayed{
				Ref: ref("model-api"), At: time.Now(), Body: "{}", Response: answered(200, text), Against: text, Result: text, Differences: []string{text, text},
			}
			s.settle()
			s.press("4")
		},
		"no prediction": func(s *screen, text string) {
			s.predictor.answers(func(context.Context, string) (predict.Response, error) { return predict.Response{}, errors.New(text) })
			s.press("p", "p")
		},
		"messages": func(s *screen, text string) {
			s.work.does(func(context.Context, stack.Report) error {
				return &stack.Problem{What: text, Where: text, Err: errors.New(long(text)), Hint: text, Lines: []string{text}}
			})
			s.press("s", "e")
		},
		"a question": func(s *screen, text string) {
			s.work.plans(compose.Plan{Project: "churn", Steps: []compose.Step{{ID: 1, Kind: compose.RemoveContainer, Ref: ref("model-api"), Name: text, Cause: text}}, Notes: []string{text}})
			s.press("D")
		},
		"an Engine that is away": func(s *screen, text string) {
			away := snapshot(api(), metrics())
			away.Down, away.Engine.Version = text, text
			s.engine.snapshots <- away
			s.settle()
		},
	} {
		for _, size := range []struct{ w, h int }{{80, 24}, {120, 36}, {200, 60}} {
			t.Run(fmt.Sprintf("%s %dx%d", name, size.w, size.h), func(t *testing.T) {
				frame := func(text string) (shown, written string) {
					show(t, size.w, size.h, func(s *screen) {
						s.up()
						story(s, text)
						s.settle()
						shown, written = s.text(), s.terminal.Written()
						s.quitAnyway()
					})
					return shown, written
				}
				got, written := frame(rtl)
				want, _ := frame(plain(rtl))
				if !strings.Contains(got, "שלום") {
					t.Errorf("the text is not on the screen:\n%s", got)
				}
				gots, wants := strings.Split(bytesOf.ReplaceAllString(plain(got), "999 B"), "\n"), strings.Split(bytesOf.ReplaceAllString(want, "999 B"), "\n")
				for n := range min(len(gots), len(wants)) {
					if gots[n] != wants[n] {
						t.Errorf("line %d is\n%s\nwant\n%s", n+1, gots[n], wants[n])
					}
				}
				if len(gots) != len(wants) {
					t.Errorf("%d lines, want %d", len(gots), len(wants))
				}
				if n := strings.IndexAny(written, "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"); n >= 0 {
					t.Errorf("the terminal was given %q", written[max(0, n-20):min(len(written), n+20)])
				}
			})
		}
	}
}
