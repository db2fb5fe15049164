package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"berth/dockerops/enginetest"

	"github.com/moby/moby/client"
	"github.com/rogpeppe/go-internal/testscript"
)

// The scripts run this binary as berth.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"berth": main})
}

// TestScripts are the subcommands where no Engine is needed, or none is there.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			home(e)
			// Nothing listens there: the socket of an Engine that is not running.
			e.Setenv("DOCKER_HOST", "unix://"+e.WorkDir+"/no-engine.sock")
			return nil
		},
	})
}

// TestEngineScripts are the subcommands on a real Engine.
func TestEngineScripts(t *testing.T) {
	host := enginetest.Host(t)
	image, python := enginetest.Busybox(t), pythonImage(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/engine",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"until": until, "besides": besides},
		Setup: func(e *testscript.Env) error {
			home(e)
			e.Values["watch.out"] = new(int)
			e.Setenv("DOCKER_HOST", host)
			e.Setenv("BUSYBOX", image)
			e.Setenv("PYTHON", python)
			if err := os.CopyFS(filepath.Join(e.WorkDir, "servers"), os.DirFS("testdata/servers")); err != nil {
				return err
			}
			e.Setenv("COMPOSE_PROJECT_NAME", enginetest.Name(e.T().(testing.TB)))
			e.Values["client"] = enginetest.Client(e.T().(testing.TB))
			for _, name := range []string{"PORT", "PORT2"} {
				port, err := unusedPort()
				if err != nil {
					return err
				}
				e.Setenv(name, fmt.Sprint(port))
			}
			return nil
		},
	})
}

// until waits for a line that a background command writes to a file, after the
// one that was waited for before: until FILE REGEXP. With a ! no line must have
// matched so far; the next search begins where it would have.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: until FILE REGEXP")
	}
	seen, _ := ts.Value(args[0]).(*int)
	if seen == nil {
		ts.Fatalf("until: %s is not prepared", args[0])
	}
	pattern := regexp.MustCompile("(?m)" + args[1])
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		text := ts.ReadFile(args[0])
		found := pattern.FindStringIndex(text[min(*seen, len(text)):])
		switch {
		case neg && found != nil:
			ts.Fatalf("%s has a line like %q after\n%s", args[0], args[1], text[*seen:])
		case neg:
			return
		case found != nil:
			*seen += found[1]
			return
		case time.Now().After(deadline):
			ts.Fatalf("%s has no line like %q after\n%s", args[0], args[1], text[min(*seen, len(text)):])
		}
	}
}

// besides fails unless as many containers run beside the project's services:
// besides N.
func besides(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: besides N")
	}
	list, err := ts.Value("client").(*client.Client).ContainerList(context.Background(), client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", "berth.beside="+ts.Getenv("COMPOSE_PROJECT_NAME")),
	})
	ts.Check(err)
	if fmt.Sprint(len(list.Items)) != args[0] {
		ts.Fatalf("%d containers beside, not %s", len(list.Items), args[0])
	}
}

// home keeps what Berth stores, and Docker's own configuration, inside the
// script's folder.
func home(e *testscript.Env) {
	for name, dir := range map[string]string{"HOME": "home", "XDG_CONFIG_HOME": "config", "XDG_STATE_HOME": "state", "XDG_DATA_HOME": "data", "XDG_CACHE_HOME": "cache", "DOCKER_CONFIG": "docker"} {
		e.Setenv(name, e.WorkDir+"/."+dir)
	}
	e.Setenv("PATH", e.Getenv("PATH")+string(os.PathListSeparator)+os.Getenv("PATH"))
}

func unusedPort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

// pythonImage is the template's base image, which the private engine has.
func pythonImage(t *testing.T) string {
	t.Helper()
	dockerfile, err := os.ReadFile("../../assets/template/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	from := regexp.MustCompile(`(?m)^FROM (\S+)`).FindSubmatch(dockerfile)
	if from == nil {
		t.Fatal("the template's Dockerfile has no FROM")
	}
	return string(from[1])
}
