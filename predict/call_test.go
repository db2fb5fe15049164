package predict

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// taken is a request as it came over the wire.
type taken struct {
	Method string
	Target string // path and query, as they were written
	Header map[string]string
	Body   string
	Parts  []string // of a multipart form, whose boundary is any
}

// compared are the headers that a call says, not what sends it.
var compared = []string{"Content-Type", "Accept", "Authorization", "Cookie", "X-Odd", "X-Key", "X-Empty"}

func take(t *testing.T, method, target string, header http.Header, body []byte) taken {
	t.Helper()
	r := taken{Method: method, Target: target, Header: map[string]string{}, Body: string(body)}
	for _, name := range compared {
		if values, ok := header[name]; ok {
			r.Header[name] = strings.Join(values, "|")
		}
	}
	mediaType, params, _ := mime.ParseMediaType(header.Get("Content-Type"))
	if mediaType != "multipart/form-data" {
		return r
	}
	r.Header["Content-Type"], r.Body = mediaType, ""
	parts := multipart.NewReader(strings.NewReader(string(body)), params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return r
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		// RFC 7578 leaves open how quotes are written, and curl follows HTML.
		part.Header.Set("Content-Disposition", strings.ReplaceAll(part.Header.Get("Content-Disposition"), "%22", `\"`))
		_, disposition, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
		r.Parts = append(r.Parts, fmt.Sprintf("%s %q %s %q", disposition["name"], disposition["filename"], part.Header.Get("Content-Type"), content))
	}
}

// tape records the requests that come.
type tape struct {
	*httptest.Server
	requests chan taken
}

func newTape(t *testing.T) *tape {
	t.Helper()
	r := &tape{requests: make(chan taken, 1)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, in *http.Request) {
		body, err := io.ReadAll(in.Body)
		if err != nil {
			t.Error(err)
		}
		r.requests <- take(t, in.Method, in.RequestURI, in.Header, body)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *tape) got(t *testing.T) taken {
	t.Helper()
	select {
	case got := <-r.requests:
		return got
	default:
		t.Fatal("nothing was sent")
		return taken{}
	}
}

// nasty is what shells, Python and terminals make something else of.
const nasty = `it's "quoted" \ \n $HOME ${HOME} $(id) ` + "`id`" + ` %s %d !! # & | ; * ~ {} [] <> \u00e9 é 日本 🙂 ''' """ end\`

type calling struct {
	name     string
	endpoint string // empty: POST /p
	media    string // empty: application/json
	params   []Param
	headers  []Header
	body     string
	notHTTPX bool // it sends something else
}

// oddFile is a name that a file may have.
const oddFile = `it's a "fi;le",=@.png`

// calls are requests that are hard to write down; of some a file is in the folder.
func calls(t *testing.T, dir string) []calling {
	t.Helper()
	file := filepath.Join(dir, oddFile)
	if err := os.WriteFile(file, []byte("\x89PNG\x00\n"+nasty), 0o600); err != nil {
		t.Fatal(err)
	}
	named := string(encode("@" + file))
	return []calling{
		{name: "plain", body: `{"tenure": 3, "contract": "monthly"}`},
		{name: "pretty", body: "{\n  \"a\": 1,\n  \"b\": [\n    2\n  ]\n}"},
		{name: "nasty", body: string(encode(nasty))},
		{name: "not JSON", body: nasty + "\n\n'\n"},
		{name: "line ends", body: "\"a\r\nb\"\r\n\t"},
		{name: "an end without a line end", body: "a\n\n\nb"},
		{name: "an option", body: "-X DELETE"},
		{name: "one that looks like a file", body: "@/etc/passwd"},
		{name: "standard input", body: "-"},
		{name: "nothing", body: ""},
		{name: "what a terminal obeys", body: "\x1b]0;x\x07\x1b[2J\u202e\u200b\x7f"},
		{name: "no text", body: "\x00\xff\xfe\x00'\"\\\n"},
		{name: "large", body: `"` + strings.Repeat("it's large ", 30_000) + `"`},
		{name: "large and no text", body: strings.Repeat("\x00\xff", 80_000)},
		{name: "another method", endpoint: "PUT /p", body: "{}"},
		{name: "parameters", endpoint: "POST /m/{name}/p", params: []Param{
			{Name: "name", In: "path", Value: "a b/c?d#e'\"$HOME"},
			{Name: "q", In: "query", Value: nasty},
			{Name: "[x]", In: "query", Value: "{1..3}"},
			{Name: "X-Odd", In: "header", Value: `it's "odd" $HOME \`},
			{Name: "s", In: "cookie", Value: "a b"},
			{Name: "t", In: "cookie", Value: "$HOME"},
		}, body: "{}"},
		{name: "a path", endpoint: "POST /b/c//d;v=1/it's$HOME", body: "{}"},
		{name: "a path that leads back", endpoint: "POST /a/../b/./c", body: "{}", notHTTPX: true},
		{name: "parameters alone", media: "none", params: []Param{{Name: "q", In: "query", Value: "1"}}},
		{name: "parameters alone, another method", endpoint: "PUT /p", media: "none"},
		{name: "headers", headers: []Header{{"X-Odd", `it's "odd" \ ` + "`id`"}, {"X-Empty", ""}, {"Accept", "text/é"}}, body: "{}"},
		{name: "a token", headers: []Header{{"Authorization", "Bearer $CALL_TOKEN"}}, body: "{}"},
		{name: "basic", headers: []Header{{"Authorization", "Basic $CALL_USER:${CALL_TOKEN}"}}, body: "{}"},
		{name: "a form", media: "application/x-www-form-urlencoded", body: `{"a": ` + string(encode(nasty)) + `, "list": ["1", 2, null], "@": "@@x"}`},
		{name: "a form with files", media: "multipart/form-data", body: `{"text": ` + string(encode(nasty)) + `, "at": "@@x", "list": ["<1", ";type=x"], "file": ` + named + `, "n": 1.50}`},
		{name: "a file", media: "image/*", body: "@" + file},
		{name: "a text", media: "text/plain; charset=utf-8", body: "@@it's\n"},
		{name: "another kind of JSON", media: "application/vnd.x+json", body: "{}"},
	}
}

func (c calling) sent(t *testing.T, base string, env func(string) (string, bool)) {
	t.Helper()
	e, err := (&API{}).Choose(defaultTo(c.endpoint, "POST /p"))
	if err != nil {
		t.Fatal(err)
	}
	if e.MediaType, e.encoding = c.mediaType(), encodingOf(c.mediaType()); c.media == "none" {
		e.encoding = asNone
	}
	for _, p := range c.params {
		p.Origin = OriginGiven
		e.Params = append(e.Params, p)
	}
	header, err := Headers(c.headers, env)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Send(t.Context(), http.DefaultClient, base, e, []byte(c.body), SendOptions{Header: header}); err != nil {
		t.Fatal(err)
	}
}

func (c calling) mediaType() string {
	if c.media == "none" {
		return ""
	}
	return defaultTo(c.media, "application/json")
}

func defaultTo(s, standard string) string {
	if s == "" {
		return standard
	}
	return s
}

func (c calling) call(base string) Call {
	method, path, _ := strings.Cut(defaultTo(c.endpoint, "POST /p"), " ")
	call := Call{Service: "api", Method: method, Path: path, Base: base, MediaType: c.mediaType(), Body: Plain(c.body)}
	for _, p := range c.params {
		call.Params = append(call.Params, CallParam{p.Name, p.In, Plain(p.Value), p.Join})
	}
	for _, h := range c.headers {
		call.Headers = append(call.Headers, CallHeader{h.Name, Referring(h.Value)})
	}
	return call
}

var callEnvironment = map[string]string{"CALL_USER": "me", "CALL_TOKEN": `t'o"k $en\`}

func callEnv(name string) (string, bool) { v, ok := callEnvironment[name]; return v, ok }

// What curl sends is what Berth sent.
func TestCurlSendsTheSame(t *testing.T) {
	tape := newTape(t)
	for _, c := range calls(t, t.TempDir()) {
		t.Run(c.name, func(t *testing.T) {
			c.sent(t, tape.URL, callEnv)
			want := tape.got(t)
			text, err := c.call(tape.URL).Curl()
			if err != nil {
				t.Fatal(err)
			}
			safe(t, text)
			script := filepath.Join(t.TempDir(), "call.sh")
			if err := os.WriteFile(script, []byte(text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			run(t, exec.CommandContext(t.Context(), "sh", script))
			if d := cmp.Diff(want, tape.got(t)); d != "" {
				t.Errorf("%s\n%s", d, cut(text))
			}
		})
	}
}

func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	for name, value := range callEnvironment {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "PATH="+os.Getenv("PATH"), "HOME=/nowhere", "LANG=C.UTF-8")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// safe reports what a terminal would do other things with than print.
func safe(t *testing.T, text string) {
	t.Helper()
	if !Plain(text).printable() {
		t.Errorf("it is not for a terminal: %q", cut(text))
	}
}

func cut(s string) string { return s[:min(len(s), 2000)] }

// What is masked becomes a variable, and with it what was sent.
func TestCallsReferToSecrets(t *testing.T) {
	tape := newTape(t)
	c := Call{
		Service: "api", Method: "POST", Path: "/m/{key}", Base: tape.URL, MediaType: "application/json",
		Params:  []CallParam{{Name: "key", In: "path", Value: Text{{Variable: "KEY_X"}}}, {Name: "api_key", In: "query", Value: Text{{Variable: "API_KEY"}}}},
		Headers: []CallHeader{{"X-Key", Text{{Variable: "API_KEY"}}}, {"Authorization", Text{{Text: "Basic "}, {Variable: "AUTHORIZATION"}}}},
		Body:    Text{{Text: `{"it's": "`}, {Variable: "API_KEY"}, {Text: `", "b": "`}, {Variable: "PASSWORD"}, {Text: `"}`}},
	}
	if got := strings.Join(c.Variables(), " "); got != "KEY_X API_KEY AUTHORIZATION PASSWORD" {
		t.Errorf("variables: %s", got)
	}
	text, err := c.Curl()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-c", text)
	cmd.Env = []string{"KEY_X=k", "API_KEY=it's", "AUTHORIZATION=bWU6eA==", "PASSWORD=$HOME"}
	run(t, cmd)
	want := taken{
		Method: "POST", Target: "/m/k?api_key=it's", Body: `{"it's": "it's", "b": "$HOME"}`,
		Header: map[string]string{"Content-Type": "application/json", "Accept": accepted, "X-Key": "it's", "Authorization": "Basic bWU6eA=="},
	}
	if d := cmp.Diff(want, tape.got(t)); d != "" {
		t.Errorf("%s\n%s", d, text)
	}
	text, err = c.Berth()
	if err != nil || text != "berth predict api --path 'POST /m/{key}' \\\n  --param key=\"$KEY_X\" \\\n  --param api_key=\"$API_KEY\" \\\n"+
		"  --header 'X-Key: $API_KEY' \\\n  --header 'Authorization: Basic $AUTHORIZATION' \\\n  --body '{\"it'\\''s\": \"'\"$API_KEY\"'\", \"b\": \"'\"$PASSWORD\"'\"}'" {
		t.Errorf("%v\n%s", err, text)
	}
}

// The words of a command of Berth's reach it as they were sent.
func TestBerthReadsWhatItWrites(t *testing.T) {
	for _, c := range calls(t, t.TempDir()) {
		call := c.call("http://x")
		text, err := call.Berth()
		if err != nil {
			t.Fatal(err)
		}
		safe(t, text)
		dir := t.TempDir()
		berth := filepath.Join(dir, "berth")
		if err := os.WriteFile(berth, []byte("#!/bin/sh\nfor word; do printf '%s\\0' \"$word\"; done >\"$0.words\"\n[ \"$last\" ] || cat >\"$0.input\"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		script := filepath.Join(dir, "call.sh")
		if err := os.WriteFile(script, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(context.Background(), "sh", script)
		cmd.Env = []string{"PATH=" + dir + ":" + os.Getenv("PATH")}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", c.name, err, out)
		}
		read := func(file string) string {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			return string(content)
		}
		words := strings.Split(strings.TrimSuffix(read(berth+".words"), "\x00"), "\x00")
		want := []string{"predict", "api", "--path", defaultTo(c.endpoint, "POST /p")}
		for _, p := range c.params {
			want = append(want, "--param", p.Name+"="+p.Value)
		}
		for _, h := range call.Headers {
			want = append(want, "--header", strings.TrimSpace(h.Name+": "+h.Value.Reference()))
		}
		body := c.body
		if i := slices.Index(words, "--body"); i >= 0 && words[i+1] == "-" {
			if body = read(berth + ".input"); body != c.body {
				t.Errorf("%s: its input is %q", c.name, cut(body))
			}
			body = "-"
		}
		if c.media != "none" {
			want = append(want, "--body", body)
		}
		if d := cmp.Diff(want, words); d != "" {
			t.Errorf("%s: %s", c.name, cut(d))
		}
	}
}

func TestReferring(t *testing.T) {
	const value = "Basic $USER:${API_TOKEN}x $-"
	want := Text{{Text: "Basic "}, {Variable: "USER"}, {Text: ":"}, {Variable: "API_TOKEN"}, {Text: "x $-"}}
	got := Referring(value)
	if d := cmp.Diff(want, got); d != "" || got.Reference() != value {
		t.Error(d, got.Reference())
	}
}
