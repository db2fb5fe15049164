package logbook_test

import (
	"testing"
	"time"

	"berth/logbook"
	"berth/stack"
)

func TestGuess(t *testing.T) {
	for text, want := range map[string]logbook.Level{
		// uvicorn, gunicorn, Python's logging
		"INFO:     Started server process [1]":                              logbook.Info,
		"\x1b[32mINFO\x1b[0m:     Application startup complete.":            logbook.Info,
		"WARNING:root:no model":                                             logbook.Warn,
		"2026-11-24 07:00:00,123 - api.main - ERROR - prediction failed":    logbook.Error,
		"2026-11-24 07:00:00,123 DEBUG features: 12 columns":                logbook.Debug,
		"[2026-11-24 07:00:00 +0000] [7] [CRITICAL] WORKER TIMEOUT (pid:9)": logbook.Fatal,
		"CRITICAL | out of memory":                                          logbook.Fatal,
		"Traceback (most recent call last):":                                logbook.Error,
		"ValueError: could not convert string to float":                     logbook.Error,
		"sklearn.exceptions.NotFittedError: not fitted":                     logbook.Error,
		"  File \"/app/api/main.py\", line 10, in predict":                  logbook.NoLevel,
		// JSON
		`{"ts":1,"level":"warn","msg":"x"}`:        logbook.Warn,
		`{"severity": "ERROR", "message": "x"}`:    logbook.Error,
		`{"level":30,"msg":"pino"}`:                logbook.Info,
		`{"level":60}`:                             logbook.Fatal,
		`{"levelname" : "CRITICAL"}`:               logbook.Fatal,
		`{"msg":"ERROR in the text says nothing"}`: logbook.NoLevel,
		`{"level":`: logbook.NoLevel,
		// logfmt, slog, klog
		"ts=2026-11-24T07:00:00Z caller=main.go:1 level=error msg=\"x\"": logbook.Error,
		`time=2026-11-24T07:00:00Z level=INFO msg="Server is ready"`:     logbook.Info,
		`level="warning" msg=x`: logbook.Warn,
		"W1124 07:00:00.000000       1 reflector.go:1] watch closed": logbook.Warn,
		"E1124 07:00:00.000000       1 x.go:1] failed":               logbook.Error,
		// others
		"2026/11/24 07:00:00 [error] 7#7: open() failed":                logbook.Error,
		"2026-11-24T07:00:00.000Z  INFO 1 --- [main] c.a.App : Started": logbook.Info,
		"2026-11-24 07:00:00 0 [Warning] [MY-1] deprecated":             logbook.Warn,
		"2026-11-24 07:00:00.000 UTC [1] FATAL:  no such role":          logbook.Fatal,
		"panic: runtime error: index out of range":                      logbook.Fatal,
		"error: no such file":                                           logbook.Error,
		"npm ERR! code 1":                                               logbook.Error,
		// words that say nothing
		"":                                logbook.NoLevel,
		"   ":                             logbook.NoLevel,
		"no error was found":              logbook.NoLevel,
		"GET /ERROR/page":                 logbook.NoLevel,
		"ERRORS=0":                        logbook.NoLevel,
		"loading information about users": logbook.NoLevel,
		"Error":                           logbook.NoLevel,
		"\xff\x1b[":                       logbook.NoLevel,
	} {
		if got := logbook.Guess(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

func TestHealthChecksAreFlagged(t *testing.T) {
	for text, want := range map[string]bool{
		`INFO:     127.0.0.1:53210 - "GET /health HTTP/1.1" 200 OK`:                                           true,
		"\x1b[32mINFO\x1b[0m:     127.0.0.1:1 - \"\x1b[1mGET /health HTTP/1.1\x1b[0m\" \x1b[32m200 OK\x1b[0m": true,
		`127.0.0.1 - - [24/Nov/2026:07:00:00 +0000] "HEAD /healthz?full=1 HTTP/1.1" 204 0 "-" "curl/8"`:       true,
		`127.0.0.1 - - [24/Nov/2026:07:00:00 +0000] "GET /-/ready HTTP/1.1" 200 2`:                            true,
		`INFO:     127.0.0.1:53210 - "GET /health/ HTTP/1.1" 200 OK`:                                          true,
		`INFO:     127.0.0.1:53210 - "GET /health HTTP/1.1" 503 Service Unavailable`:                          false,
		`INFO:     127.0.0.1:53210 - "POST /predict HTTP/1.1" 200 OK`:                                         false,
		`INFO:     127.0.0.1:53210 - "GET /healthy-food HTTP/1.1" 200 OK`:                                     false,
		`GET /health 200`: false,
		`"GET /health`:    false,
	} {
		b := logbook.New(logbook.Limit{})
		at := b.Add(stack.LogLine{Text: text, Time: time.Unix(1, 0)})
		if e, _ := b.At(at); e.Health != want {
			t.Errorf("%q: %v, want %v", text, e.Health, want)
		}
	}
}

func FuzzGuess(f *testing.F) {
	for _, s := range []string{"INFO: x", `{"level":30}`, "level=", "I0131 1", "[error]", "\x1b[31mE", "FooError:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if l := logbook.Guess(text); l != logbook.NoLevel && l.String() == "" {
			t.Errorf("%q: %d", text, l)
		}
	})
}

func BenchmarkGuess(b *testing.B) {
	for name, text := range map[string]string{
		"uvicorn": `INFO:     127.0.0.1:53210 - "GET /health HTTP/1.1" 200 OK`,
		"python":  "2026-11-24 07:00:00,123 - api.main - ERROR - prediction failed",
		"json":    `{"ts":"2026-11-24T07:00:00Z","logger":"api","msg":"prediction","level":"info"}`,
		"none":    "the quick brown fox jumps over the lazy dog and nothing else happens here",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				logbook.Guess(text)
			}
		})
	}
}
