package predict

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"berth/dockerops/enginetest"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// What httpx sends, in a container that has it, is what Berth sent.
func TestPythonSendsTheSame(t *testing.T) {
	image := enginetest.Name(t)
	dir, files := t.TempDir(), t.TempDir()
	copied := func(from, to string) {
		t.Helper()
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, to), content, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	tape := newTape(t)
	var want []taken
	all := slices.DeleteFunc(calls(t, files), func(c calling) bool { return c.notHTTPX })
	for i, c := range all {
		c.sent(t, tape.URL, callEnv)
		want = append(want, tape.got(t))
		text, err := c.call("http://127.0.0.1:8000").Python()
		if err != nil {
			t.Fatal(err)
		}
		safe(t, text)
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%03d.call.py", i)), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	copied("testdata/calls/record.py", "record.py")
	copied(filepath.Join(files, oddFile), "file")
	dockerfile := fmt.Sprintf("FROM %s\nRUN apt-get update && apt-get install -y --no-install-recommends python3-httpx\n"+
		"COPY record.py *.call.py /calls/\nCOPY file /file\n", pythonImage(t))
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644); err != nil {
		t.Fatal(err)
	}
	enginetest.Solve(t, dir, image+":1", nil)

	environment := []string{"FILES=" + files, "NAME=" + oddFile}
	for name, value := range callEnvironment {
		environment = append(environment, name+"="+value)
	}
	for i, line := range output(t, image, environment, `mkdir -p "$FILES" && mv /file "$FILES/$NAME" && exec /usr/bin/python3 /calls/record.py`) {
		var got struct {
			Error    string
			Requests []struct {
				Method, Target string
				Header         [][2]json.RawMessage
				Body           []byte
			}
		}
		if err := json.Unmarshal(line, &got); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if len(got.Requests) != 1 {
			t.Errorf("%s: %d requests\n%s", all[i].name, len(got.Requests), got.Error)
			continue
		}
		r := got.Requests[0]
		header := http.Header{}
		for _, h := range r.Header {
			var name string
			var value []byte
			if json.Unmarshal(h[0], &name) != nil || json.Unmarshal(h[1], &value) != nil {
				t.Fatalf("%s", line)
			}
			header.Add(name, string(value))
		}
		if d := cmp.Diff(want[i], take(t, r.Method, r.Target, header, r.Body)); d != "" {
			t.Errorf("%s: %s", all[i].name, cut(d))
		}
		want[i].Method = ""
	}
	for i, w := range want {
		if w.Method != "" && !t.Failed() {
			t.Errorf("%s was not run", all[i].name)
		}
	}
}

// pythonImage is the template's base image, which the private engine has.
func pythonImage(t *testing.T) string {
	t.Helper()
	dockerfile, err := os.ReadFile("../assets/template/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	from := regexp.MustCompile(`(?m)^FROM (\S+)`).FindSubmatch(dockerfile)
	if from == nil {
		t.Fatal("the template's Dockerfile has no FROM")
	}
	return string(from[1])
}

// output is the lines that a shell prints in a container of the image.
func output(t *testing.T, image string, environment []string, script string) (lines [][]byte) {
	t.Helper()
	c := enginetest.Client(t)
	made, err := c.ContainerCreate(t.Context(), client.ContainerCreateOptions{
		Name: image, Config: &container.Config{Image: image + ":1", Env: environment, Cmd: []string{"sh", "-c", script}, Tty: true},
	})
	if err == nil {
		_, err = c.ContainerStart(t.Context(), made.ID, client.ContainerStartOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
	log, err := c.ContainerLogs(t.Context(), made.ID, client.ContainerLogsOptions{ShowStdout: true, Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	scanner := bufio.NewScanner(log)
	scanner.Buffer(nil, 10<<20)
	for scanner.Scan() {
		lines = append(lines, []byte(scanner.Text()))
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}
