package diagnose

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"berth/stack"
)

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const id = "0123456789abcdef"

// facts is a service that was made a while ago.
func facts(change func(*Facts)) Facts {
	f := Facts{Now: now, Detail: stack.Detail{
		Service: stack.Service{
			Ref: stack.Ref{Project: "p", Service: "api", Number: 1}, ContainerID: id, Phase: stack.Running,
			StartedAt: now.Add(-time.Hour), FinishedAt: now.Add(-time.Minute),
			Ports: []stack.Port{{Host: 8000, Container: 8000, Protocol: "tcp"}},
		},
		Check: &stack.Check{Test: []string{"CMD-SHELL", "curl -f http://localhost:8000/health"}, Timeout: 10 * time.Second},
	}}
	change(&f)
	return f
}

// exited is one whose process is over.
func exited(code int, lines ...string) func(*Facts) {
	return func(f *Facts) { f.Phase, f.ExitCode, f.Lines = stack.Exited, code, lines }
}

func and(changes ...func(*Facts)) func(*Facts) {
	return func(f *Facts) {
		for _, c := range changes {
			c(f)
		}
	}
}

// run is a life of one run with what happened in between.
func run(moments ...stack.Moment) func(*Facts) {
	return func(f *Facts) {
		f.Life = f.Life.With(stack.Moment{At: now.Add(-time.Hour), What: stack.WasStarted, Container: stack.ShortID(id)})
		for _, m := range moments {
			m.Container = stack.ShortID(id)
			f.Life = f.Life.With(m)
		}
	}
}

// lived is a life of one run.
func lived(moments ...stack.Moment) stack.Life { return facts(run(moments...)).Life }

func signal(n int, before time.Duration) stack.Moment {
	return stack.Moment{At: now.Add(-before), What: stack.WasSignalled, Signal: n}
}

func died(code int, before time.Duration) stack.Moment {
	return stack.Moment{At: now.Add(-before), What: stack.HasDied, ExitCode: code}
}

func probe(code int, output string) func(*Facts) {
	return func(f *Facts) {
		f.Health, f.FailingStreak = stack.Unhealthy, 3
		f.Probes = []stack.Probe{{ExitCode: code, Output: output}}
	}
}

func listening(at ...string) func(*Facts) {
	return func(f *Facts) {
		f.Looked, f.Serving = true, stack.NotServing
		for _, a := range at {
			f.Listening = append(f.Listening, netip.MustParseAddrPort(a))
		}
	}
}

func TestCauses(t *testing.T) {
	shell := stack.MainProcess{Argv: []string{"/bin/sh", "-c", "uvicorn api:app"}, Signal: "SIGTERM", Handling: stack.Default, First: true}
	for name, c := range map[string]struct {
		facts               func(*Facts)
		short, text, advice string // text and advice: a part of them
	}{
		"all is well":                {func(f *Facts) { f.Serving, f.Health = stack.ServingYes, stack.Healthy }, "", "", ""},
		"starting":                   {func(f *Facts) { f.StartedAt, f.Serving = now, stack.NotServing }, "", "", ""},
		"a job that is done":         {exited(0), "", "", ""},
		"a server that ends well":    {and(exited(0), run(died(0, time.Minute))), "ended by itself", "a server should keep running", "foreground"},
		"one with a check alone":     {and(exited(0), run(died(0, time.Minute)), func(f *Facts) { f.Ports, f.Health = nil, stack.HealthStarting }), "ended by itself", "", ""},
		"a job, remembered":          {and(exited(0), run(died(0, time.Minute)), func(f *Facts) { f.Ports = nil }), "", "", ""},
		"a server that was stopped":  {and(exited(0), run(signal(15, time.Minute), died(0, 59*time.Second))), "", "", ""},
		"created only":               {func(f *Facts) { f.Phase = stack.Created }, "", "", ""},
		"stopped as asked":           {and(exited(143), run(signal(15, time.Minute), died(143, 59*time.Second))), "", "", ""},
		"interrupted as asked":       {and(exited(130), run(signal(2, time.Minute), died(130, 59*time.Second)), func(f *Facts) { f.StopSignal = "SIGINT" }), "", "", ""},
		"terminated from inside":     {and(exited(143), run(died(143, time.Minute))), "ended by SIGTERM", "not by Docker", ""},
		"terminated, forgotten":      {exited(143), "ended by SIGTERM", "not remembered", ""},
		"out of memory with a limit": {and(exited(137), func(f *Facts) { f.OOMKilled, f.MemoryLimit = true, 256<<20 }), "out of memory", "256 MiB", "mem_limit"},
		"out of memory without one":  {and(exited(137), func(f *Facts) { f.OOMKilled = true }), "out of memory", "than there is, and the kernel killed it", "more memory"},
		"a worker out of memory": {
			and(exited(3), func(f *Facts) { f.OOMKilled, f.MemoryLimit = true, 256<<20 }), "out of memory",
			"limit of 256 MiB, and the kernel killed a process that it had started; then it ended with exit code 3.", "mem_limit",
		},
		"after the grace period": {
			and(exited(137), run(signal(15, time.Minute), signal(9, 50*time.Second), died(137, 49*time.Second)), func(f *Facts) { f.Main = &shell }),
			"ignored SIGTERM", "whole grace period (10.0 s). PID 1 is the shell of", "exec uvicorn api:app",
		},
		"after the grace period, PID 1 not known": {and(exited(137), run(signal(15, time.Minute), signal(9, 50*time.Second), died(137, 49*time.Second))), "ignored SIGTERM", "whole grace period", "init: true"},
		"after the grace period, by its command": {
			and(exited(137), run(signal(15, time.Minute), signal(9, 50*time.Second), died(137, 49*time.Second)), func(f *Facts) {
				f.Entrypoint, f.Command = []string{"/bin/sh", "-c"}, []string{"uvicorn api:app"}
			}), "ignored SIGTERM", "PID 1 is the shell of", "exec uvicorn api:app",
		},
		"after the grace period, though it has no shell for PID 1": {
			and(exited(137), run(signal(15, time.Minute), signal(9, 50*time.Second), died(137, 49*time.Second)), func(f *Facts) {
				f.Command = []string{"/bin/sh", "-c", "exec uvicorn api:app"}
			}), "ignored SIGTERM", "whole grace period (10.0 s).", "init: true",
		},
		"killed on request":     {and(exited(137), run(signal(9, time.Minute), died(137, time.Minute))), "killed", "somebody's request", ""},
		"killed from outside":   {and(exited(137), run(died(137, time.Minute))), "killed", "not by Docker", "dmesg"},
		"killed at its limit":   {and(exited(137), run(died(137, time.Minute)), func(f *Facts) { f.MemoryLimit = 8 << 20 }), "killed", "not by Docker: it reached its limit of 8 MiB, the host", "dmesg"},
		"killed, forgotten":     {exited(137), "killed", "not remembered", ""},
		"126":                   {exited(126, "/bin/sh: 1: /app/start.sh: Permission denied"), "not executable", "/app/start.sh is there", "chmod"},
		"127 of dash":           {exited(127, "/bin/sh: 1: uvicornn: not found"), "command not found", "uvicornn is not in the image", ""},
		"127 of busybox":        {exited(127, "sh: uvicornn: not found"), "command not found", "uvicornn is not", ""},
		"127 of bash":           {exited(127, "bash: line 1: uvicornn: command not found"), "command not found", "uvicornn is not", ""},
		"127 that says nothing": {and(exited(127), func(f *Facts) { f.Entrypoint, f.Command = []string{"start"}, []string{"now"} }), "command not found", "start now is not", ""},
		"125":                   {exited(125), "did not run", "could not run", ""},
		"3, in silence":         {exited(3), "exit 3", "gave no reason", ""},
		"139":                   {exited(139, "loading"), "exit 139: segmentation fault", "139: segmentation fault", ""},
		"a model file": {
			exited(1, "Traceback (most recent call last):", `  File "/app/api/main.py", line 12, in <module>`, "FileNotFoundError: [Errno 2] No such file or directory: '/app/models/churn.joblib'"),
			"no churn.joblib", "model file /app/models/churn.joblib", ".dockerignore",
		},
		"a model file, with the frameworks' last words": {exited(3, "FileNotFoundError: [Errno 2] No such file or directory: 'models/churn.joblib'", "", "ERROR:    Application startup failed. Exiting."), "no churn.joblib", "models/churn.joblib", ""},
		"a model file in a mount": {
			and(exited(1, "FileNotFoundError: [Errno 2] No such file or directory: '/app/models/churn.joblib'"), func(f *Facts) {
				f.Mounts = []stack.Mount{{Type: "bind", Source: "/home/me/models", Target: "/app/models"}}
			}), "no churn.joblib", "", "in /home/me/models, which is mounted there",
		},
		"another file of a shell": {exited(2, "cat: /etc/settings.yaml: No such file or directory"), "no settings.yaml", "/etc/settings.yaml is not", "COPY"},
		"python's script":         {exited(2, "python: can't open file '/app/mian.py': [Errno 2] No such file or directory"), "no mian.py", "/app/mian.py", ""},
		"a module":                {exited(1, "ModuleNotFoundError: No module named 'sklearn.svm'"), "no module sklearn", "", "requirements"},
		"permission":              {and(exited(1, "PermissionError: [Errno 13] Permission denied: '/data/x'"), func(f *Facts) { f.User = "app" }), "permission denied", "User app may not open /data/x", "--chown"},
		"a variable":              {exited(1, "KeyError: 'MODEL_PATH'"), "no MODEL_PATH", "", "environment:"},
		"in use":                  {exited(1, "OSError: [Errno 98] Address already in use"), "address in use", "", ""},
		"another exception":       {exited(1, "Traceback (most recent call last):", "ValueError: shapes (3,) and (4,)"), "exit 1", "ValueError: shapes (3,) and (4,)", ""},
		"lines that say nothing":  {exited(1, "loading", "done"), "exit 1", "exit code 1.", ""},

		"no GPU": {func(f *Facts) {
			f.Phase, f.Error = stack.Created, `could not select device driver "nvidia" with capabilities: [[gpu]]`
		}, "no GPU support", `"nvidia"`, "NVIDIA Container Toolkit"},
		"a port": {func(f *Facts) { f.Phase, f.Error = stack.Created, "port 8000 is taken (driver failed …)" }, "port taken", "Port 8000", "publish another"},
		"no command": {func(f *Facts) {
			f.Phase, f.Error, f.ExitCode = stack.Created, `exec: "uvicornn": executable file not found in $PATH (OCI runtime create failed)`, 127
		}, "no such command", "uvicornn is not in the image", ""},
		"a mode":      {func(f *Facts) { f.Phase, f.Error = stack.Exited, `exec: "/start.sh": permission denied` }, "not executable", "/start.sh", "chmod +x /start.sh"},
		"a processor": {func(f *Facts) { f.Phase, f.Error = stack.Exited, `exec /start: exec format error` }, "wrong platform", "/start", "platform"},
		"other words": {func(f *Facts) { f.Phase, f.Error = stack.Created, "the dog ate it" }, "did not start", "the dog ate it", ""},

		"localhost":            {listening("127.0.0.1:8000", "127.0.0.11:33333"), "listens on localhost", "port 8000 of 127.0.0.1", "--host 0.0.0.0"},
		"localhost of IPv6":    {listening("[::1]:8000"), "listens on localhost", "", ""},
		"everywhere":           {and(listening("0.0.0.0:8000"), func(f *Facts) { f.StartedAt = now.Add(-10 * time.Second) }), "", "", ""},
		"everywhere in IPv6":   {and(listening("[::]:8000", "127.0.0.1:8000"), func(f *Facts) { f.StartedAt = now.Add(-10 * time.Second) }), "", "", ""},
		"another port":         {listening("0.0.0.0:5000", "127.0.0.11:44444"), "wrong port", "listens on 5000", "Publish"},
		"nowhere, for long":    {listening("127.0.0.11:44444"), "nothing listens", "port 8000", ""},
		"nowhere, for a while": {and(listening(), func(f *Facts) { f.StartedAt = now.Add(-10 * time.Second) }), "", "", ""},
		"not published":        {and(listening("127.0.0.1:8000"), func(f *Facts) { f.StartedAt, f.Ports[0].Host = now.Add(-10*time.Second), 0 }), "", "", ""},
		"it hangs":             {and(listening("0.0.0.0:8000"), func(f *Facts) { f.Answer = "no answer within 2.0 s" }), "not serving", "no answer within", ""},

		"the check's curl, by dash":        {probe(127, "/bin/sh: 1: curl: not found"), "check needs curl", "curl, which is not in the image", "urllib"},
		"the check's curl, of || exit":     {probe(1, "/bin/sh: curl: not found\n"), "check needs curl", "", ""},
		"the check's curl, by runc":        {probe(-1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "curl": executable file not found in $PATH: unknown`), "check needs curl", "", ""},
		"no shell for the check":           {probe(-1, `OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/sh": stat /bin/sh: no such file or directory: unknown`), "check needs a shell", "", "list"},
		"the check hangs":                  {probe(-1, "Health check exceeded timeout (10s)"), "check times out", "10.0 s", ""},
		"the check says no":                {probe(22, "curl: (22) The requested URL returned error: 503"), "check exits 22", "HTTP error", ""},
		"the check says no, yet it serves": {and(probe(1, "no"), func(f *Facts) { f.Serving = stack.ServingYes }), "check exits 1", "", "Asked from outside"},
		"a failure that does not count": {func(f *Facts) {
			f.Health, f.Serving, f.StartedAt, f.Probes = stack.HealthStarting, stack.NotServing, now.Add(-10*time.Second), []stack.Probe{{ExitCode: 7}}
		}, "", "", ""},
	} {
		got := Of(facts(c.facts))
		switch {
		case c.short == "":
			if got != nil {
				t.Errorf("%s: %+v, want none", name, *got)
			}
		case got == nil:
			t.Errorf("%s: none", name)
		case got.Short != c.short || !strings.Contains(got.Text, c.text) || !strings.Contains(got.Advice, c.advice):
			t.Errorf("%s: got %+v", name, *got)
		}
	}
}

// A loop has the cause of each of its ends and its rhythm, while it waits and
// while it runs once more.
func TestLoops(t *testing.T) {
	loop := func(f *Facts) {
		f.Restarts, f.Lines = 4, []string{"FileNotFoundError: [Errno 2] No such file or directory: 'm.joblib'"}
		for n := range 4 {
			at := now.Add(time.Duration(n-4) * 10 * time.Second)
			f.Life = f.Life.With(stack.Moment{At: at, What: stack.WasStarted, Container: stack.ShortID(id)})
			f.Life = f.Life.With(stack.Moment{At: at.Add(2 * time.Second), What: stack.HasDied, ExitCode: 1, Container: stack.ShortID(id)})
		}
		f.ExitCode, f.Phase = 1, stack.Restarting
	}
	again := func(f *Facts) {
		f.Phase, f.ExitCode, f.StartedAt = stack.Running, 0, now
		f.Life = f.Life.With(stack.Moment{At: now, What: stack.WasStarted, Container: stack.ShortID(id)})
	}
	for name, c := range map[string]struct {
		facts func(*Facts)
		want  string
	}{
		"waiting":       {loop, "The model file m.joblib is not in the container. It was restarted 4 times: each run lasts about 2.0 s, and the next begins after 8.0 s."},
		"running again": {and(loop, again), "The model file m.joblib is not in the container. It was restarted 4 times: each run lasts about 2.0 s, and the next begins after 8.0 s."},
		"with exit 0":   {and(loop, func(f *Facts) { f.ExitCode, f.Restarts, f.Life = 0, 1, nil }), "It ends by itself, with exit code 0. It was restarted once."},
	} {
		got := Of(facts(c.facts))
		if got == nil || got.Text != c.want || len(got.Lines) != 1 || !got.Loop {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := Of(facts(and(loop, again, func(f *Facts) { f.StartedAt = now.Add(-time.Minute) }))); got != nil {
		t.Errorf("it has run for a minute: %+v", got)
	}
}

func TestSuspect(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*stack.Service)
		want   bool
	}{
		"runs":              {func(*stack.Service) {}, false},
		"does not serve":    {func(s *stack.Service) { s.Serving = stack.NotServing }, true},
		"does not yet":      {func(s *stack.Service) { s.Serving, s.StartedAt = stack.NotServing, now.Add(-time.Second) }, false},
		"again, not asked":  {func(s *stack.Service) { s.StartedAt, s.Restarts = now, 1 }, true},
		"again, for long":   {func(s *stack.Service) { s.Restarts = 1 }, false},
		"again not yet":     {func(s *stack.Service) { s.Serving, s.StartedAt, s.Restarts = stack.NotServing, now, 1 }, true},
		"serves, unhealthy": {func(s *stack.Service) { s.Serving, s.Health = stack.ServingYes, stack.Unhealthy }, true},
		"is done":           {func(s *stack.Service) { s.Phase = stack.Exited }, false},
		"has left":          {func(s *stack.Service) { s.Phase, s.Life = stack.Exited, lived(died(0, time.Minute)) }, true},
		"job is done":       {func(s *stack.Service) { s.Phase, s.Life, s.Ports = stack.Exited, lived(died(0, time.Minute)), nil }, false},
		"was stopped": {func(s *stack.Service) {
			s.Phase, s.Life = stack.Exited, lived(signal(15, time.Minute), died(0, time.Minute))
		}, false},
		"has failed":    {func(s *stack.Service) { s.Phase, s.ExitCode = stack.Exited, 1 }, true},
		"did not start": {func(s *stack.Service) { s.Phase, s.Error = stack.Created, "x" }, true},
		"restarts":      {func(s *stack.Service) { s.Phase = stack.Restarting }, true},
		"is paused":     {func(s *stack.Service) { s.Phase = stack.Paused }, false},
	} {
		s := facts(func(*Facts) {}).Service
		c.change(&s)
		if got := Suspect(s, now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestCheckWords(t *testing.T) {
	check := func(words ...string) stack.Check { return stack.Check{Test: words} }
	for _, c := range []struct {
		check stack.Check
		code  int
		want  string
	}{
		{check("CMD-SHELL", "curl -f http://localhost:8000/health"), 22, "curl's 22: the answer was an HTTP error."},
		{check("CMD", "/usr/bin/curl", "-f", "http://x"), 7, "curl's 7: nothing listens there."},
		{check("CMD", "wget", "-q", "http://x"), 8, "wget's 8: the answer was an HTTP error."},
		{check("CMD", "python", "-c", "…"), 22, ""},
		{check("CMD", "curl"), 127, "What the check runs is not in the image: curl"},
		{check("CMD", "curl"), -1, "The check did not end within its timeout, and was killed."},
		{check("CMD", "curl"), 1, ""},
		{check(), 126, "What the check runs is in the image but cannot be executed: "},
	} {
		if got := CheckWords(c.check, stack.Probe{ExitCode: c.code}); got != c.want {
			t.Errorf("%v, exit %d: %q, want %q", c.check.Test, c.code, got, c.want)
		}
	}
}

// What a process is said to be deaf for, and the line that mends it.
func TestDeafProcesses(t *testing.T) {
	for _, c := range []struct {
		argv     []string
		handling stack.Handling
		why, fix string
	}{
		{[]string{"/bin/sh", "-c", "uvicorn api.main:app --port 8000"}, stack.Default, "the shell of", "exec uvicorn api.main:app …"},
		{[]string{"bash", "-ec", "x"}, stack.Default, "the shell of", "(exec x)"},
		{[]string{"sh", "-c", "cd /app && uvicorn x"}, stack.Default, "the shell of", "exec in front of the last command"},
		{[]string{"/bin/sh", "/entrypoint.sh"}, stack.Default, "runs /entrypoint.sh", "let /entrypoint.sh"},
		{[]string{"python", "train.py"}, stack.Default, "shields PID 1", "init: true"},
		{[]string{"nohup"}, stack.Ignored, "ignores SIGTERM", "stop_signal"},
		{[]string{"uvicorn"}, stack.Caught, "", ""},
		{nil, stack.HandlingUnknown, "", ""},
	} {
		m := stack.MainProcess{Argv: c.argv, Signal: "SIGTERM", Handling: c.handling, First: true}
		if !strings.Contains(m.Why(), c.why) || !strings.Contains(m.Fix(), c.fix) || m.Deaf() != (c.why != "") || (m.Why() == "") != (c.why == "") {
			t.Errorf("%v: %q, %q", c.argv, m.Why(), m.Fix())
		}
	}
}
