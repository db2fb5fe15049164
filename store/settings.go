package store

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docker/go-units"
)

// Settings is what the user can set. The zero value is not usable; Default and
// Load give one.
type Settings struct {
	WaitTimeout    time.Duration
	ProbeInterval  time.Duration
	PredictTimeout time.Duration
	PredictHeaders string        // a header on each line, its variables not expanded
	LoopGrace      time.Duration // in whole seconds; 0: none
	LoopTolerance  float64       // relative
	LoopSuite      bool
	Concurrency    int // of a suite's cases
	HistoryEntries int
	HistoryBytes   int64
	LogLines       int
	LogBytes       int64
	LogTotal       int64
	Theme          string // the name of one that is built in, or of a file
	Glyphs         string // auto, unicode or ascii
	Notify         string // desktop, bell or off
	NotifyAfter    time.Duration
	Bindings       []Binding

	origins map[string]string // by key; absent: default
}

// Binding is the keys that a person gave to one of the dashboard's actions, in
// the table [keys]: `logs.wrap = "W"`, or a list of them.
type Binding struct {
	Action string
	Keys   []string
	Origin string // file:line
}

// Key is one setting, as documentation lists it.
type Key struct {
	Name    string // in files: wait_timeout
	Default string
	Form    string // what a value has to be
	Doc     string

	quoted bool // TOML writes it as a string
	set    func(*Settings, string) error
	get    func(*Settings) string
}

// Env is the environment variable of the same meaning: BERTH_WAIT_TIMEOUT.
func (k Key) Env() string { return "BERTH_" + strings.ToUpper(k.Name) }

// Keys lists every setting there is.
func Keys() []Key { return slices.Clone(keys) }

var keys = []Key{
	duration("wait_timeout", "5m", "how long to wait until services serve",
		func(s *Settings) *time.Duration { return &s.WaitTimeout }),
	duration("probe_interval", "250ms", "pause between two questions whether a service serves, while waiting",
		func(s *Settings) *time.Duration { return &s.ProbeInterval }),
	duration("predict_timeout", "30s", "how long a prediction may take",
		func(s *Settings) *time.Duration { return &s.PredictTimeout }),
	{
		Name: "predict_headers", Default: "", Form: `"Name: value", one on each line`, quoted: true,
		Doc: "headers to send with each prediction; $NAME is taken from the environment, as in Authorization: Bearer $TOKEN",
		set: func(s *Settings, text string) error {
			for line := range strings.Lines(text) {
				if name, _, found := strings.Cut(line, ":"); strings.TrimSpace(line) != "" && (!found || strings.TrimSpace(name) == "") {
					return errors.New("no header")
				}
			}
			s.PredictHeaders = strings.TrimSpace(text)
			return nil
		},
		get: func(s *Settings) string { return s.PredictHeaders },
	},
	{
		Name: "loop_grace", Default: "1s", Form: `whole seconds such as "1s", or "0s"`, quoted: true,
		Doc: "how long the loop lets a container that it replaces end by itself; 0s: not at all",
		set: func(s *Settings, text string) error {
			d, err := time.ParseDuration(text)
			if err == nil && (d < 0 || d%time.Second != 0) {
				err = errors.New("the Engine counts whole seconds")
			}
			s.LoopGrace = d
			return err
		},
		get: func(s *Settings) string { return shortDuration(s.LoopGrace) },
	},
	{
		Name: "loop_tolerance", Default: "1e-06", Form: "a number from 0 such as 1e-6",
		Doc: "relative difference up to which two numbers of two answers count as equal",
		set: func(s *Settings, text string) error {
			f, err := strconv.ParseFloat(text, 64)
			if err == nil && (f < 0 || math.IsNaN(f)) {
				err = errors.New("it must not be less than 0")
			}
			s.LoopTolerance = f
			return err
		},
		get: func(s *Settings) string { return strconv.FormatFloat(s.LoopTolerance, 'g', -1, 64) },
	},
	{
		Name: "loop_suite", Default: "true", Form: "true or false",
		Doc: "whether the loop asks the cases in predictions/ after each turn",
		set: func(s *Settings, text string) error {
			if text != "true" && text != "false" {
				return errors.New("it is neither")
			}
			s.LoopSuite = text == "true"
			return nil
		},
		get: func(s *Settings) string { return strconv.FormatBool(s.LoopSuite) },
	},
	count("suite_concurrency", "4", "how many cases of a suite are asked at a time",
		func(s *Settings) *int { return &s.Concurrency }),
	count("history_entries", "100000", "predictions kept in the history of all projects; the oldest give way",
		func(s *Settings) *int { return &s.HistoryEntries }),
	size("history_bytes", "64MiB", "disk for their bodies and answers; the oldest give way",
		func(s *Settings) *int64 { return &s.HistoryBytes }),
	count("log_lines", "10000", "log lines kept in memory for each service",
		func(s *Settings) *int { return &s.LogLines }),
	size("log_bytes", "16MiB", "memory for the log lines of each service",
		func(s *Settings) *int64 { return &s.LogBytes }),
	size("log_total", "24MiB", "memory for the log lines of all services together: the largest log gives way",
		func(s *Settings) *int64 { return &s.LogTotal }),
	{
		Name: "theme", Default: "auto", Form: `a theme's name, of letters, digits, - and _`, quoted: true,
		Doc: "colours: auto follows the terminal's background; dark, light, high-contrast, colour-blind, ansi, or NAME for themes/NAME.toml beside the settings",
		set: func(s *Settings, text string) error {
			if !themeName.MatchString(text) {
				return errors.New("there is no such theme")
			}
			s.Theme = text
			return nil
		},
		get: func(s *Settings) string { return s.Theme },
	},
	{
		Name: "glyphs", Default: "auto", Form: `"auto", "unicode" or "ascii"`, quoted: true,
		Doc: "what the screen is drawn with; auto takes ascii on a Linux console and where the locale is not UTF-8",
		set: func(s *Settings, text string) error {
			if !slices.Contains([]string{"auto", "unicode", "ascii"}, text) {
				return errors.New("there are no such glyphs")
			}
			s.Glyphs = text
			return nil
		},
		get: func(s *Settings) string { return s.Glyphs },
	},
	{
		Name: "notify", Default: "desktop", Form: `"desktop", "bell" or "off"`, quoted: true,
		Doc: "how the dashboard tells you, while you look elsewhere, that long work has ended or a service turned unhealthy",
		set: func(s *Settings, text string) error {
			if !slices.Contains([]string{"desktop", "bell", "off"}, text) {
				return errors.New("there is no such way to tell")
			}
			s.Notify = text
			return nil
		},
		get: func(s *Settings) string { return s.Notify },
	},
	duration("notify_after", "10s", "how long work has to take for its end to be told",
		func(s *Settings) *time.Duration { return &s.NotifyAfter }),
}

// themeName is a name that is safe as part of a path.
var themeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

func duration(name, standard, doc string, field func(*Settings) *time.Duration) Key {
	return Key{
		Name: name, Default: standard, Form: `a time such as "90s" or "5m"`, Doc: doc, quoted: true,
		set: func(s *Settings, text string) error {
			d, err := time.ParseDuration(text)
			if err == nil && d <= 0 {
				err = errors.New("it must be more than 0")
			}
			*field(s) = d
			return err
		},
		get: func(s *Settings) string { return shortDuration(*field(s)) },
	}
}

func count(name, standard, doc string, field func(*Settings) *int) Key {
	return Key{
		Name: name, Default: standard, Form: "a whole number from 1", Doc: doc,
		set: func(s *Settings, text string) error {
			n, err := strconv.Atoi(text)
			if err == nil && n < 1 {
				err = errors.New("too small")
			}
			*field(s) = n
			return err
		},
		get: func(s *Settings) string { return strconv.Itoa(*field(s)) },
	}
}

func size(name, standard, doc string, field func(*Settings) *int64) Key {
	return Key{
		Name: name, Default: standard, Form: `a size such as "512KiB" or "16MiB"`, Doc: doc, quoted: true,
		set: func(s *Settings, text string) error {
			n, err := units.RAMInBytes(text)
			if err == nil && n <= 0 {
				err = errors.New("it must be more than 0")
			}
			*field(s) = n
			return err
		},
		get: func(s *Settings) string { return units.BytesSize(float64(*field(s))) },
	}
}

// shortDuration is "5m" rather than "5m0s".
func shortDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// Default is the settings where nobody set anything.
func Default() *Settings {
	s := &Settings{origins: map[string]string{}}
	for _, k := range keys {
		if err := k.set(s, k.Default); err != nil {
			panic(fmt.Sprintf("store: default of %s: %v", k.Name, err)) // a test sets them all
		}
	}
	return s
}

// Entry is one setting in effect.
type Entry struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"` // "default", file:line, "BERTH_THEME", "--theme"
	Doc    string `json:"doc"`
}

// Effective lists every setting, in the order of Keys, and then the bindings.
func (s *Settings) Effective() []Entry {
	var list []Entry
	for _, k := range keys {
		e := Entry{Key: k.Name, Value: k.get(s), Origin: "default", Doc: k.Doc}
		if origin, ok := s.origins[k.Name]; ok {
			e.Origin = origin
		}
		list = append(list, e)
	}
	for _, b := range s.Bindings {
		list = append(list, Entry{Key: "keys." + b.Action, Value: strings.Join(b.Keys, " "), Origin: b.Origin, Doc: "keys of an action"})
	}
	return list
}

// bind sets an action's keys in place of what was set before.
func (s *Settings) bind(b Binding) {
	s.Bindings = slices.DeleteFunc(s.Bindings, func(old Binding) bool { return old.Action == b.Action })
	s.Bindings = append(s.Bindings, b)
}

// put sets a key; a value that is refused changes nothing.
func (s *Settings) put(k Key, text, origin string) error {
	before := *s
	if err := k.set(s, text); err != nil {
		*s = before
		return err
	}
	s.origins[k.Name] = origin
	return nil
}
