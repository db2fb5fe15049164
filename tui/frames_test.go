package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/compose"
	"berth/predict"
	"berth/stack"
	predictpane "berth/tui/pane/predict"
	"berth/tui/services"
)

// scene is something that the screen can show, brought about as a person and
// an Engine would.
type scene struct {
	name   string
	story  func(s *screen)
	change func(*Options) // nil: the template's project
}

func (s scene) changes() []func(*Options) {
	if s.change == nil {
		return nil
	}
	return []func(*Options){s.change}
}

var scenes = []scene{
	{name: "connecting", story: func(*screen) {}},
	{name: "logs", story: func(s *screen) {
		s.up()
		s.engine.print("model-api",
			"!INFO:     Started server process [1]",
			"loaded /app/models/churn_model.joblib (auc 0.848)",
			"!INFO:     Application startup complete.",
			`!INFO:     172.18.0.1:53214 - "POST /predict HTTP/1.1" 200 OK`,
			"=recreated · image 1a2b3c → 9f8e7d",
			"a line with \x1b[31mcolours\x1b[0m, 你好, 🚀 and more text than fits the pane at any of the widths that are pinned here: "+strings.Repeat("long ", 40),
			"\x1b]0;title\x07harmless")
		s.settle()
	}},
	{name: "logs-merged", story: func(s *screen) {
		s.up()
		s.engine.print("model-api", "first", "second", "third")
		s.wait(300 * time.Millisecond) // no two lines at one moment
		s.engine.print("prometheus", "!level=info msg=\"Server is ready\"", "!level=info msg=loaded")
		s.press("m", "t")
	}},
	{name: "logs-empty", story: func(s *screen) { s.up() }},
	{name: "logs-loading", change: func(o *Options) { o.Settings.Logs.Tail = 50 }, story: func(s *screen) {
		s.engine.print("model-api", numbered(0, 200)...)
		s.up()
		s.engine.keepOlder()
		s.press("tab", "g")
	}},
	{name: "logs-long", story: func(s *screen) {
		s.up()
		s.engine.print("model-api", numbered(0, 90)...)
		s.engine.print("model-api",
			`{"level":"error","msg":"cannot score","request":{"path":"/predict","body":"`+strings.Repeat("0.25, ", 40)+`"},"took_ms":12}`,
			"!Traceback (most recent call last):", `!  File "/app/api/main.py", line 41, in predict`, "!    return model.predict(frame)",
			"!ValueError: could not convert string to float: '"+strings.Repeat("x", 200)+"'")
		s.engine.print("model-api", numbered(90, 95)...)
		s.press("W", "tab", "k", "k", "k", "k", "k", "k", "enter")
	}},
	{name: "logs-failed", story: func(s *screen) {
		s.engine.print("model-api", "loaded", "serving on :8000")
		s.up()
		s.engine.cut(errors.New("configured logging driver does not support reading"))
		s.settle()
	}},
	{name: "logs-absent", story: func(s *screen) { s.up(metrics()) }},
	{name: "logs-zoom", story: func(s *screen) {
		s.up()
		s.engine.print("model-api", "one", "two")
		s.press("z")
	}},
	{name: "health-absent", story: func(s *screen) { s.up(metrics()); s.press("2") }},
	{name: "health-off", story: func(s *screen) { s.up(); s.press("G", "2") }},
	{name: "health-loading", story: func(s *screen) {
		s.engine.deafen()
		s.up()
		s.press("2")
	}},
	{name: "health-none", story: func(s *screen) {
		s.engine.describe(stack.Detail{Service: metrics()})
		s.up()
		s.press("j", "2")
	}},
	{name: "health-lost", story: func(s *screen) { s.up(); s.press("2") }},
	{name: "health-healthy", change: func(o *Options) { o.Project.Needing = needed("debug", "prometheus") }, story: func(s *screen) {
		a := api()
		a.HealthySince = a.StartedAt.Add(30 * time.Second)
		d := detail(a)
		for n := range 5 {
			at := time.Now().Add(time.Duration(n-5)*30*time.Second + 10*time.Second)
			d.Probes = append(d.Probes, stack.Probe{Start: at, End: at.Add(18 * time.Millisecond), Output: `{"status":"healthy","sklearn":"1.2.1"}`})
		}
		s.engine.describe(d)
		s.up(a, metrics())
		s.press("2")
	}},
	{name: "health-long", change: func(o *Options) { o.Project.Needing = needed("debug") }, story: func(s *screen) {
		a := api()
		a.Health, a.Serving, a.Answer = stack.HealthStarting, stack.NotServing, "GET /health: 503 in 2 ms"
		d := detail(a)
		d.Check.Test = []string{"CMD", "curl", "--fail-with-body", "--silent", "--show-error", "http://localhost:8000/" + strings.Repeat("a-long-path/", 9) + "health"}
		d.Check.StartPeriod, d.Check.StartInterval = 10*time.Minute, 5*time.Second
		for n := range 5 {
			at := time.Now().Add(time.Duration(n-5)*5*time.Second + time.Second)
			d.Probes = append(d.Probes, stack.Probe{Start: at, End: at.Add(18 * time.Millisecond), ExitCode: 22, Output: strings.Repeat("a long line of what the service has to say of itself ", 4) + "\n" + strings.Join(numbered(0, 20), "\n")})
		}
		s.engine.describe(d)
		s.up(a, metrics())
		s.press("2")
	}},
	{name: "health-restarting", story: func(s *screen) {
		a := api()
		a.Phase, a.Health, a.Serving, a.ExitCode, a.Restarts = stack.Restarting, stack.NoCheck, stack.ServingUnknown, 127, 8
		a.StartedAt, a.FinishedAt = time.Now().Add(-5400*time.Millisecond), time.Now().Add(-5*time.Second)
		d := detail(a)
		for n := range 9 {
			at := a.FinishedAt.Add(time.Duration(n-8) * 11 * time.Second)
			a.Life = a.Life.With(stack.Moment{At: at.Add(-400 * time.Millisecond), What: stack.WasStarted, Container: stack.ShortID(a.ContainerID)})
			a.Life = a.Life.With(stack.Moment{At: at, What: stack.HasDied, ExitCode: 127, Container: stack.ShortID(a.ContainerID)})
		}
		a.Cause = &stack.Cause{
			Short: "command not found", Text: "uvicornn is not in the image (exit 127). It was restarted 8 times: each run lasts about 0.4 s, and the next begins after 10.6 s.",
			Advice: "Correct command: or entrypoint:, or install it in the Dockerfile.", Lines: []string{"/bin/sh: 1: uvicornn: not found"},
		}
		s.engine.describe(d)
		s.up(a, metrics())
		s.press("2")
	}},
	{name: "health", change: func(o *Options) { o.Project.Needing = needed("prometheus") }, story: func(s *screen) {
		a := api()
		a.Health = stack.HealthStarting
		a.StartedAt = time.Now().Add(-9 * time.Second)
		a.CreatedAt, a.ServingSince = a.StartedAt.Add(-300*time.Millisecond), a.StartedAt.Add(1100*time.Millisecond)
		d := detail(a)
		d.StopTimeout = 10 * time.Second
		s.engine.process = stack.MainProcess{Argv: []string{"/bin/sh", "-c", "uvicorn api.main:app"}, Signal: "SIGTERM", Handling: stack.Default, First: true}
		s.engine.describe(d)
		s.up(a, metrics())
		s.press("2")
	}},
	{name: "health-failing", story: func(s *screen) {
		a := api()
		a.Health, a.Serving, a.Restarts = stack.Unhealthy, stack.NotServing, 2
		a.Answer = "GET /health: connection refused"
		d := detail(a)
		d.FailingStreak = 3
		for n := range 3 {
			at := time.Now().Add(time.Duration(n-3) * 30 * time.Second)
			d.Probes = append(d.Probes, stack.Probe{Start: at, End: at.Add(18 * time.Millisecond), ExitCode: 22, Output: "curl: (22) The requested URL returned error: 503\nloading model"})
		}
		d.Probes[1].ExitCode, d.Probes[1].End = -1, d.Probes[1].Start.Add(10*time.Second)
		a.Cause = &stack.Cause{
			Short: "listens on localhost", Text: "It listens on port 8000 of 127.0.0.1 inside the container, which nothing outside reaches.",
			Advice: "Let it listen on 0.0.0.0: uvicorn and flask run take --host 0.0.0.0, gunicorn --bind 0.0.0.0:8000.",
		}
		s.engine.describe(d)
		s.up(a, metrics())
		s.press("2")
	}},
	{name: "health-exited", story: func(s *screen) {
		a := api()
		a.Phase, a.Health, a.Serving, a.ExitCode = stack.Exited, stack.NoCheck, stack.ServingUnknown, 137
		a.FinishedAt = time.Now().Add(-5 * time.Second)
		c := stack.ShortID(a.ContainerID)
		for _, m := range []stack.Moment{
			{At: a.CreatedAt, What: stack.WasCreated},
			{At: a.StartedAt, What: stack.WasStarted},
			{At: a.ServingSince, What: stack.CameToServe},
			{At: a.FinishedAt.Add(-10200 * time.Millisecond), What: stack.WasSignalled, Signal: 15},
			{At: a.FinishedAt.Add(-100 * time.Millisecond), What: stack.WasSignalled, Signal: 9},
			{At: a.FinishedAt, What: stack.HasDied, ExitCode: 137},
		} {
			m.Container = c
			a.Life = a.Life.With(m)
		}
		a.Cause = &stack.Cause{
			Short: "ignored SIGTERM", Text: "It was stopped, did not react to SIGTERM, and was killed after its whole grace period (10.1 s). PID 1 is the shell of `/bin/sh -c uvicorn api.main:app`, which neither handles SIGTERM nor passes it on.",
			Advice: "Put exec in front (exec uvicorn api.main:app), or write the command as a list, which needs no shell.",
		}
		s.engine.describe(detail(a))
		s.up(a, metrics())
		s.press("2")
	}},
	{name: "build-empty", story: func(s *screen) { s.up(); s.press("3") }},
	{name: "build-running", story: func(s *screen) {
		s.up()
		s.work.does(func(ctx context.Context, report stack.Report) error {
			buildSteps(report)
			<-ctx.Done()
			return ctx.Err()
		})
		s.press("r", "3")
		s.wait(2 * time.Second)
	}},
	{name: "build-done", story: func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			rebuilt(report)
			time.Sleep(4 * time.Second)
			return nil
		})
		s.press("r")
		s.wait(4 * time.Second)
	}},
	{name: "build-long", story: func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			for n := range 80 {
				report(stack.Progress{
					At: time.Now().Add(time.Duration(n+1) * time.Second / 80), ID: fmt.Sprint(n), Action: stack.ActBuild, Parent: "b", Status: stack.Done,
					Subject: fmt.Sprintf("[stage-%d %d/9] RUN %s", n/9, n%9+1, strings.Repeat("a-long-command --with arguments ", n%5)), Elapsed: time.Second / 80,
					Log: numbered(0, n%7),
				})
			}
			time.Sleep(time.Second)
			return nil
		})
		s.press("r")
		s.wait(2 * time.Second)
		s.press("3", "k", "space", "pgup")
	}},
	{name: "build-wait-failed", story: func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			rebuilt(report)
			time.Sleep(9 * time.Second)
			report(stack.Progress{
				At: time.Now(), ID: "w", Service: "model-api", Action: stack.ActWait, Status: stack.Failed, Subject: "model-api",
				Text: "exited (1) after 5.0 s", Elapsed: 5 * time.Second,
			})
			return &stack.Problem{
				What: "waiting until it serves", Where: "model-api", Hint: "see berth logs model-api",
				Err: errors.New("exited (1) after 5.0 s"),
				Lines: []string{
					"health check, exit 7:", "curl: (7) Failed to connect to localhost port 8000", "the last lines of its log:",
					"Traceback (most recent call last):", `  File "/app/api/main.py", line 12, in <module>`, "FileNotFoundError: /app/models/churn_model.joblib",
				},
			}
		})
		s.press("r")
		s.wait(10 * time.Second)
	}},
	{name: "build-cause", story: func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			explained(report)
			time.Sleep(2 * time.Second)
			return nil
		})
		s.press("r")
		s.wait(2 * time.Second)
	}},
	{name: "build-output", story: func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			explained(report)
			return nil
		})
		s.press("r", "3", "tab", "tab", "k", "k", "enter", "/")
		s.typed("fast")
		s.press("enter")
	}},
	{name: "build-past", change: func(o *Options) { o.Builds = remembered() }, story: func(s *screen) { s.up(); s.press("3", "h", "j") }},
	{name: "build-past-steps", change: func(o *Options) { o.Builds = remembered() }, story: func(s *screen) { s.up(); s.press("3", "h", "j", "enter") }},
	{name: "build-past-none", change: func(o *Options) {
		o.Builds = func(context.Context, string) ([]stack.Build, error) { return nil, nil }
	}, story: func(s *screen) { s.up(); s.press("3", "h") }},
	{name: "rebuild-with", story: func(s *screen) {
		s.up()
		s.press("b")
		s.typed("VERSION=1.2.0")
		s.press("enter")
		s.typed("oops")
		s.press("tab", "tab", "space", "ctrl+s")
	}},
	{name: "build-cancelled", story: func(s *screen) {
		s.up()
		s.work.does(func(ctx context.Context, report stack.Report) error {
			buildSteps(report)
			<-ctx.Done()
			return ctx.Err()
		})
		s.press("r")
		s.wait(3 * time.Second)
		s.press("x")
	}},
	{name: "build-failed", story: func(s *screen) {
		s.up()
		s.work.does(func(_ context.Context, report stack.Report) error {
			buildSteps(report)
			time.Sleep(5 * time.Second)
			report(stack.Progress{
				At: time.Now(), ID: "b/3", Parent: "b", Action: stack.ActBuild, Status: stack.Failed,
				Subject: "[builder 4/4] RUN pip install -r requirements.txt", Text: "exit code: 1", Elapsed: 4100 * time.Millisecond,
				Log: []string{"ERROR: No matching distribution found for scikit-learn==9.9.9"},
			})
			report(stack.Progress{At: time.Now(), ID: "b", Action: stack.ActBuild, Status: stack.Failed, Subject: "model-api", Elapsed: 5 * time.Second})
			return &stack.Problem{
				What: "building model-api", Where: "Dockerfile:9", Hint: "check the pins in requirements.txt",
				Err: errors.New("RUN pip install -r requirements.txt: exit code: 1"),
			}
		})
		s.press("r", "3")
		s.wait(6 * time.Second)
	}},
	{name: "predict", story: func(s *screen) { s.up(); s.press("p", "p") }},
	{name: "predict-absent", story: func(s *screen) { s.up(metrics()); s.press("4") }},
	{name: "predict-off", story: func(s *screen) { s.up(); s.press("G", "4") }},
	{name: "predict-waiting", story: func(s *screen) {
		s.up()
		s.predictor.answers(func(ctx context.Context, _ string) (predict.Response, error) {
			<-ctx.Done()
			return predict.Response{}, ctx.Err()
		})
		s.press("p", "enter")
		s.wait(3 * time.Second)
	}},
	{name: "predict-zoom", story: func(s *screen) { s.up(); s.press("p", "p", "z") }},
	{name: "predict-invalid", story: func(s *screen) {
		s.up()
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			r := answered(422, `{"detail":[{"loc":["body","tenure"],"msg":"Input should be a valid integer"}]}`)
			r.FieldErrors = []predict.FieldError{{Path: "tenure", Message: "Input should be a valid integer", Line: 2}}
			return r, nil
		})
		s.press("p", "i", "down", "down", "x", "ctrl+s", "ctrl+s")
	}},
	{name: "predict-held-back", story: func(s *screen) {
		s.up()
		s.press("p", "i", "down", "ctrl+k", "esc", "enter")
	}},
	{name: "predict-reading", story: func(s *screen) {
		found := s.predictor.hold()
		s.up()
		s.press("p")
		found()
	}},
	{name: "predict-long", story: func(s *screen) {
		s.up()
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			return answered(200, `{"scores":[`+strings.Repeat("0.25,", 99)+`1]}`), nil
		})
		s.press("p", "enter", "enter", "i", "ctrl+k")
		s.program.Send(tea.PasteMsg{Content: strings.Join(numbered(1, 40), "\n")})
		s.press("up", "up", "esc", "pgdown")
	}},
	{name: "predict-folded", story: func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter", "j", "j", "c", "j")
	}},
	{name: "predict-form", story: func(s *screen) { s.up(); s.press("p", "F", "G", "right") }},
	{name: "predict-start", story: func(s *screen) { s.up(); s.press("p", "W", "enter"); s.settle() }},
	{name: "predict-start-asks", story: func(s *screen) { s.up(); s.press("p", "W") }},
	{name: "predict-table", story: func(s *screen) { s.up(); s.press("p", "T"); s.typed("rows.csv"); s.press("enter"); s.settle() }},
	{name: "predict-table-sent", story: func(s *screen) {
		s.up()
		s.press("p", "T")
		s.typed("half.csv")
		s.press("enter")
		s.settle()
		s.press("enter")
		s.settle()
	}},
	{name: "predict-form-wrong", story: func(s *screen) {
		s.up()
		s.press("p", "F", "enter", "ctrl+u")
		s.typed("many")
	}},
	watching(),
	{name: "predict-past", story: func(s *screen) { s.remembers(120); s.up(); s.press("p", "h", "m", "j") }},
	{name: "predict-suite", story: func(s *screen) { s.judges(judged(s.t)); s.up(); s.press("p", "C") }},
	{name: "predict-load", story: func(s *screen) { s.measures(measured); s.up(); s.press("p", "L", "enter") }},
	{name: "predict-versus", story: func(s *screen) { s.compares(sides(s.t)); s.up(); s.press("p"); s.settle(); s.press("V") }},
	{name: "predict-past-none", story: func(s *screen) { s.up(); s.press("p", "h") }},
	{name: "predict-find", story: func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter", "/")
		s.typed("label")
	}},
	{name: "predict-query", story: func(s *screen) {
		s.up()
		s.answers(200, scores)
		s.press("p", "enter", "f")
		s.typed(".predictions")
		s.press("enter")
	}},
	{name: "predict-not-json", story: func(s *screen) {
		s.up()
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			r := answered(502, "<html>\n<body>Bad gateway</body>\n</html>")
			r.JSON, r.Truncated = false, 12_000_000
			r.Header.Set("Content-Type", "text/html")
			return r, nil
		})
		s.press("p", "p")
	}},
	{name: "predict-no-answer", story: func(s *screen) {
		s.up()
		s.predictor.answers(func(context.Context, string) (predict.Response, error) {
			return predict.Response{}, &stack.Problem{
				What: "sending POST /predict", Where: "http://127.0.0.1:8000",
				Err: errors.New("no answer: the time limit of 30s passed"), Hint: "raise predict_timeout, or look at the service's log",
			}
		})
		s.press("p", "p")
	}},
	{name: "predict-no-document", change: func(o *Options) { o.Predictor = &lost{} }, story: func(s *screen) {
		s.up()
		s.press("p")
	}},
	{name: "confirm-down", story: func(s *screen) {
		s.up()
		s.work.plans(compose.Plan{Project: "churn", Steps: []compose.Step{
			{ID: 1, Kind: compose.StopContainer, Ref: ref("model-api"), Name: "churn-model-api-1", Cause: "down"},
			{ID: 2, Kind: compose.RemoveContainer, Ref: ref("model-api"), Name: "churn-model-api-1", Cause: "down"},
			{ID: 3, Kind: compose.RemoveNetwork, Name: "churn_default", Cause: "down"},
		}, Notes: []string{"volume churn_data stays"}})
		s.press("D")
	}},
	{name: "help", story: func(s *screen) { s.up(); s.press("?") }},
	{name: "engine-down", story: func(s *screen) {
		s.up()
		away := snapshot(api(), metrics())
		away.Down, away.Retry = "dial unix /var/run/docker.sock: connect: no such file or directory", time.Now().Add(4*time.Second)
		s.engine.snapshots <- away
		s.wait(1200 * time.Millisecond)
	}},
	{name: "notices", change: func(o *Options) {
		o.Project.NotApplied = []compose.Attribute{{Path: "services.model-api.cap_add", Where: "docker-compose.yml:12"}, {Path: "services.prometheus.read_only", Where: "docker-compose.yml:31"}}
	}, story: func(s *screen) { s.up(); s.press("!") }},
	{name: "quit-asks", story: func(s *screen) {
		s.up()
		s.work.does(func(ctx context.Context, _ stack.Report) error { <-ctx.Done(); return ctx.Err() })
		s.press("R", "q")
	}},
	{name: "services", story: func(s *screen) { s.up(crowd()...) }},
	{name: "usage", story: func(s *screen) {
		for _, cpu := range []float64{0.01, 0.02, 0.3, 1.2, 0.9, 0.04} {
			s.engine.measure(stack.Sample{Ref: ref("model-api"), CPU: cpu, Memory: 105e6})
			s.engine.measure(stack.Sample{Ref: ref("prometheus"), CPU: cpu / 100, Memory: 48e6})
		}
		unhealthy := metrics()
		unhealthy.Restarts = 2
		s.up(api(), unhealthy)
		s.wait(3 * time.Second)
	}},
	{name: "services-unfolded", story: func(s *screen) { s.up(crowd()...); s.press("space", "j", "o") }},
	{name: "services-none", story: func(s *screen) { s.up(crowd()...); s.press("/", "x", "y") }},
	{name: "services-filtered", story: func(s *screen) { s.up(crowd()...); s.press("/", "m") }},
	{name: "services-50", change: func(o *Options) {
		o.Project.Services = nil
		for n := range 50 {
			o.Project.Services = append(o.Project.Services, services.Declared{Name: fmt.Sprintf("worker-%02d", n)})
		}
	}, story: func(s *screen) {
		var all []stack.Service
		for n := range 50 {
			w := metrics()
			w.Service = fmt.Sprintf("worker-%02d", n)
			if n%7 == 3 {
				w.Phase, w.Serving, w.ExitCode, w.FinishedAt = stack.Exited, stack.ServingUnknown, 1, time.Now().Add(-time.Minute)
			}
			s.engine.measure(stack.Sample{Ref: w.Ref, CPU: float64(n) / 100, Memory: int64(n+20) * 1e6})
			all = append(all, w)
		}
		s.up(all...)
		s.press("j", "j", "j")
		s.wait(38 * time.Second) // until each had its turn
		s.press("j")
		s.wait(2 * time.Second)
	}},
	{name: "long-names", story: func(s *screen) {
		var all []stack.Service
		for n := range 12 {
			a := api()
			a.Service = fmt.Sprintf("ein-sehr-langer-名前-🚀-service-number-%d", n)
			a.Container, a.Image = "churn-"+a.Service+"-1", strings.Repeat("registry.example/", 9)
			a.Restarts = n
			all = append(all, a)
		}
		s.up(all...)
		s.press("G", "2")
	}},
}

// crowd is containers of every kind: replicas, one that failed, an orphan and a
// one-off.
func crowd() []stack.Service {
	second, third, orphan, shell := api(), api(), metrics(), api()
	second.Number, third.Number = 2, 3
	third.Serving, third.Health = stack.NotServing, stack.HealthStarting
	failed := metrics()
	failed.Phase, failed.Serving, failed.ExitCode, failed.FinishedAt = stack.Exited, stack.ServingUnknown, 137, time.Now().Add(-time.Minute)
	orphan.Service, shell.OneOff, shell.Run = "mlflow", true, "5ab1e0ffee00"
	return []stack.Service{orphan, api(), second, third, shell, failed}
}

// needed is that services wait until the model is healthy.
func needed(by ...string) map[string][]stack.Dependent {
	var all []stack.Dependent
	for _, name := range by {
		all = append(all, stack.Dependent{Service: name, Condition: stack.OnHealthy})
	}
	return map[string][]stack.Dependent{"model-api": all}
}

// lost is a service without a document.
type lost struct{ fakePredictor }

func (*lost) Discover(context.Context, stack.Ref, string) (predictpane.Offer, error) {
	return predictpane.Offer{}, &stack.Problem{
		What: "reading the service's API", Where: "http://127.0.0.1:9090", Err: predict.ErrNoDocument,
		Hint:  "publish a document at /openapi.json, as FastAPI does, name the endpoint (--path 'POST /predict'), or ask another service",
		Lines: []string{"GET /openapi.json: 404 Not Found", "GET /docs.json: 404 Not Found", "GET /docs: 404 Not Found", "the server is nginx"},
	}
}

// rebuilt is a rebuild to its end, step by step.
func rebuilt(report stack.Report) {
	begun := time.Now()
	step := func(id, parent string, action stack.Action, status stack.Status, subject, text string, from, to time.Duration, log ...string) {
		report(stack.Progress{
			At: begun.Add(to), ID: id, Parent: parent, Service: "model-api", Action: action, Status: status,
			Subject: subject, Text: text, Elapsed: to - from, Log: log,
		})
	}
	const ms = time.Millisecond
	step("b/0", "b", stack.ActBuild, stack.Done, "[internal] load build definition from Dockerfile", "", 0, 30*ms)
	step("b/00", "b", stack.ActBuild, stack.Done, "[internal] load build context", "", 0, 60*ms)
	for n, c := range []string{"FROM python:3.13-slim", "RUN apt-get update     && apt-get install gcc", "RUN python -m venv /opt/venv"} {
		step(fmt.Sprint("b/c", n), "b", stack.ActBuild, stack.Cached, fmt.Sprintf("[builder %d/4] %s", n+1, c), "", 0, 0)
	}
	step("b/1", "b", stack.ActBuild, stack.Done, "[builder 4/4] RUN pip install --no-cache-dir -r /tmp/requirements.txt     && pip uninstall --yes pip setuptools", "", 100*ms, 2100*ms, "Collecting fastapi", "Successfully installed fastapi")
	step("b/2", "b", stack.ActBuild, stack.Done, "[runtime 7/8] COPY api/ ./api/", "", 2100*ms, 2150*ms)
	step("b/3", "b", stack.ActBuild, stack.Done, "exporting to image", "", 2150*ms, 2400*ms)
	step("b", "", stack.ActBuild, stack.Done, "image churn-model-api", "9f8e7d6c5b4a", 0, 2400*ms)
	step("r", "", stack.ActRecreate, stack.Done, "container churn-model-api-1", "image changed 1a2b3c → 9f8e7d", 2500*ms, 2800*ms)
	step("s", "", stack.ActStart, stack.Done, "container churn-model-api-1", "recreated", 2800*ms, 3000*ms)
	step("w", "", stack.ActWait, stack.Done, "model-api", "200 in 2 ms", 3000*ms, 4000*ms)
}

// buildSteps is a build as the Engine reports it, up to a step that runs.
func buildSteps(report stack.Report) {
	at := time.Now()
	step := func(id, parent string, status stack.Status, subject string, took time.Duration, log ...string) {
		report(stack.Progress{At: at, ID: id, Parent: parent, Service: "model-api", Action: stack.ActBuild, Status: status, Subject: subject, Elapsed: took, Log: log})
	}
	step("b", "", stack.Working, "model-api", 0)
	step("b/1", "b", stack.Cached, "[builder 1/4] FROM python:3.13-slim", 0)
	step("b/2", "b", stack.Done, "[builder 3/4] COPY requirements.txt .", 40*time.Millisecond)
	step("b/3", "b", stack.Working, "[builder 4/4] RUN pip install -r requirements.txt", 100*time.Millisecond,
		"Collecting fastapi==0.115.0", "  Downloading fastapi-0.115.0-py3-none-any.whl (94 kB)", "Collecting numpy==2.1.0", "  Downloading numpy")
	report(stack.Progress{At: at, ID: "p", Service: "prometheus", Action: stack.ActPull, Status: stack.Working, Subject: "prom/prometheus:v3.5.0", Current: 12_300_000, Total: 48_000_000})
}

// explained is a build that says why its steps ran, what it sent and how large
// it became.
func explained(report stack.Report) {
	at := time.Now()
	p := stack.Progress{At: at, Service: "model-api", Action: stack.ActBuild}
	step := func(id string, status stack.Status, subject string, took, was time.Duration, cause string, log ...string) {
		p.ID, p.Parent, p.Status, p.Subject, p.Elapsed, p.Was, p.Cause, p.Log = id, "b", status, subject, took, was, cause, log
		p.At = p.At.Add(took)
		report(p)
	}
	report(stack.Progress{
		At: at, ID: "n", Action: stack.ActNote, Status: stack.Warning, Service: "model-api", Subject: "model-api",
		Text: "sent to the build: data/train.csv: a data set (45MB); unless the image needs it, add the line data/*.csv to .dockerignore",
	})
	report(stack.Progress{At: at, ID: "b", Service: "model-api", Action: stack.ActBuild, Status: stack.Working, Subject: "image churn-model-api"})
	step("b/0", stack.Done, "[internal] load build context", 0, 0, "")
	step("b/1", stack.Cached, "[builder 1/4] FROM python:3.13-slim", 0, 0, "")
	step("b/2", stack.Done, "[builder 3/4] COPY requirements.txt .", 40*time.Millisecond, 30*time.Millisecond, "requirements.txt changed")
	step("b/3", stack.Done, "[builder 4/4] RUN pip install --no-cache-dir -r requirements.txt && pip uninstall --yes pip setuptools", time.Second, 62*time.Second, "",
		"Collecting fastapi==0.115.0", "  Downloading fastapi-0.115.0-py3-none-any.whl (94 kB)", "Collecting numpy==2.1.0", "Installing fastapi, numpy")
	step("b/4", stack.Done, "[runtime 3/4] COPY --from=builder /opt/venv /opt/venv", 200*time.Millisecond, 200*time.Millisecond, "stage builder was built anew")
	step("b/5", stack.Done, "[runtime 4/4] COPY --chown=10001:10001 api/ ./api/", 20*time.Millisecond, 10*time.Millisecond, "")
	b := stack.Build{
		Service: "model-api", Result: stack.Done, Sent: 45_200_000, Context: 250_000_000,
		Before: stack.BuiltImage{ID: "sha256:1a2b", Size: 299_000_000}, After: stack.BuiltImage{ID: "sha256:9f8e", Size: 301_000_000},
	}
	report(stack.Progress{
		At: p.At, ID: "b", Service: "model-api", Action: stack.ActBuild, Status: stack.Done, Subject: "image churn-model-api",
		Text: "9f8e7d6c5b4a", Elapsed: p.At.Sub(at), Was: 65 * time.Second, Build: &b,
	})
}

// remembered are past builds, one of each kind.
func remembered() func(context.Context, string) ([]stack.Build, error) {
	return func(_ context.Context, service string) ([]stack.Build, error) {
		now := time.Now()
		image := func(id string, size int64) stack.BuiltImage { return stack.BuiltImage{ID: "sha256:" + id, Size: size} }
		return []stack.Build{
			{Service: service, At: now.Add(-40 * time.Second), Result: stack.Unchanged, Took: 300 * time.Millisecond, Before: image("2", 301e6), After: image("2", 301e6)},
			{
				Service: service, At: now.Add(-5 * time.Minute), Result: stack.Failed, Took: 4 * time.Second, Sent: 9000, Context: 20_000,
				Error: "[builder 4/4] RUN pip install -r requirements.txt: exit code 1", Before: image("2", 301e6),
				Options: stack.BuildOptions{Args: map[string]string{"INDEX": "x"}, NoCache: true},
				Steps: []stack.BuildStep{
					{Name: "[builder 1/4] FROM python:3.13-slim", Status: stack.Done},
					{Name: "[builder 3/4] COPY requirements.txt .", Status: stack.Done, Took: 40 * time.Millisecond, Cause: "no cache asked for"},
					{Name: "[builder 4/4] RUN pip install -r requirements.txt", Status: stack.Failed, Began: 40 * time.Millisecond, Took: 3 * time.Second, Output: []string{"ERROR: No matching distribution found for scikit-learn==9.9.9"}},
					{Name: "[runtime 2/4] RUN apt-get install curl", Status: stack.Cancelled, Took: 2 * time.Second},
				},
			},
			{Service: service, At: now.Add(-3 * time.Hour), Result: stack.Cancelled, Took: 72 * time.Second, Options: stack.BuildOptions{Target: "builder"}},
			{
				Service: service, At: now.Add(-50 * time.Hour), Result: stack.Done, Took: 190 * time.Second, Before: image("1", 299e6), After: image("2", 301e6),
				Steps: []stack.BuildStep{{Name: "[runtime 4/4] COPY api/ ./api/", Status: stack.Done, Cause: "api/main.py changed, and 2 more"}},
			},
		}, nil
	}
}

// watching has the watch on, and a file that changed.
func watching() scene {
	var l lookout
	return scene{name: "watching", change: l.option, story: func(s *screen) {
		s.up()
		s.press("w")
		l.sees(s, watched, nil)
		l.sees(s, changed("model-api", "api/main.py"), nil)
	}}
}
