//go:build bench

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/dockerops/enginetest"
)

const (
	stored   = 1_000_000
	chatty   = 10
	chatFor  = 30 * time.Second
	searches = 5
)

// TestMeasureSearch prints how fast a million lines are searched in the
// dashboard, from the key to the screen, and how it answers keys meanwhile.
func TestMeasureSearch(t *testing.T) {
	b := newRig(t, project(t, fmt.Sprintf(`services:
  burst:
    image: %s
    command: sh -c 'sleep 5; awk "BEGIN{for(i=1;i<=%d;i++) print \"INFO 10.0.0.7:\" i %% 60000 \" - POST /predict HTTP/1.1 200 OK \" i}"; exec sleep 3600'
    init: true
`, enginetest.Busybox(t), stored)))
	env := append(slices.Clone(b.env), "BERTH_LOG_LINES=1000100", "BERTH_LOG_BYTES=1GiB", "BERTH_LOG_TOTAL=1GiB")
	b.berth("up")
	s := startProgram(t, b.bin, 120, 36, b.dir, env)
	s.shows("200 OK 1000000")
	s.press("\t")
	for _, c := range []struct{ what, pattern, count, near string }{
		{"literal", "OK 77777", "11 “OK 77777”", "OK 99999"},
		{"case-insensitive", "ok 77777", "11 “ok 77777”", "ok 99999"},
		{"alternating", "ok 77777|refused", "11 “ok 77777|refused”", "ok 99999|refused"},
		{"expression", "ok 7777[78]$", "2 “ok 7777[78]$”", "ok 9999[89]"},
	} {
		var first, all, keys []time.Duration
		find := func(pattern string) (begun time.Time) {
			s.press("/")
			s.shows("small letters mean both")
			begun = time.Now()
			s.press("\x1b[200~" + pattern + "\x1b[201~")
			return begun
		}
		for range searches {
			begun := find(c.pattern)
			s.press("\x1b[D") // a key, while it is counted
			s.shows("/" + c.pattern)
			keys = append(keys, time.Since(begun))
			s.shows(c.count)
			all = append(all, time.Since(begun))
			s.press("\r")
			s.shows("paused")
			s.press("FG")
			s.shows("OK 1000000", "following")
			find(c.near)
			s.shows("/" + c.near)
			begun = time.Now()
			s.press("\r")
			s.shows("paused")
			first = append(first, time.Since(begun))
			s.press("FG")
			s.shows("OK 1000000", "following")
		}
		fmt.Printf("%-22s %-17s first hit %v, key answered %v, all of %d lines counted %v (medians of %d)\n", "dashboard: search", c.what,
			median(first).Round(time.Millisecond), median(keys).Round(time.Millisecond), stored, median(all).Round(time.Millisecond), searches)
	}
	fmt.Printf("%-22s resident %d MB\n", "dashboard: search", resident(t, s.cmd.Process.Pid)>>20)
	s.press("q")
	s.ends(0)
}

// TestMeasureChatty prints what ten services that print without end take of
// memory, with the default limits.
func TestMeasureChatty(t *testing.T) {
	var file strings.Builder
	file.WriteString("services:\n")
	for n := range chatty {
		fmt.Fprintf(&file, "  chatty-%d:\n    image: %s\n    init: true\n    command: sh -c 'while :; do yes \"INFO a line of one of ten services that print without end %d\" | head -n 100; usleep 100000; done'\n", n, enginetest.Busybox(t), n)
	}
	b := newRig(t, project(t, file.String()))
	b.berth("up")
	s := startProgram(t, b.bin, 120, 36, b.dir, b.env)
	s.shows("without end")
	s.press("m")
	s.shows("all services")
	var most int64
	for begun := time.Now(); time.Since(begun) < chatFor; time.Sleep(time.Second) {
		most = max(most, resident(t, s.cmd.Process.Pid))
	}
	s.shows("older dropped") // the limits were reached
	fmt.Printf("%-22s %d chatty services, all shown: resident at most %d MB in %v\n", "dashboard: memory", chatty, most>>20, chatFor)
	s.press("q")
	s.ends(0)
}
