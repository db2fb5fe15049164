package ready

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"berth/stack"
)

// describe puts all of a request into one line.
func describe(r Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s accept=%s", r.Method, r.URL, r.Accept)
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		fmt.Fprintf(&b, " %s=%q", name, r.Header.Get(name))
	}
	if r.Body != "" {
		fmt.Fprintf(&b, " body=%q", r.Body)
	}
	for _, flag := range []struct {
		name string
		set  bool
	}{{" redirects", r.Redirects}, {" insecure", r.Insecure}, {" get-too", r.GetToo}} {
		if flag.set {
			b.WriteString(flag.name)
		}
	}
	if r.timeout > 0 {
		fmt.Fprintf(&b, " timeout=%s", r.timeout)
	}
	return b.String()
}

func TestParse(t *testing.T) {
	env := map[string]string{"PORT": "8000", "EMPTY": "", "SPACED": "a b", "TOKEN": "s3cret"}
	const health = "http://localhost:8000/health"
	for _, c := range []struct {
		test []string // one word: for the shell
		want string   // "": not understood
	}{
		// curl
		{[]string{"curl", "-f", health}, "GET " + health + " accept=below 400"},
		{[]string{"curl -f http://localhost:${PORT}/health || exit 1"}, "GET " + health + " accept=below 400"},
		{[]string{"curl --fail-with-body --silent --show-error http://localhost:$PORT/health"}, "GET " + health + " accept=below 400"},
		{[]string{"curl", health}, "GET " + health + " accept=any answer"},
		{[]string{"curl -fsSLk -m 2.5 -o /dev/null https://localhost:8443/ > /dev/null 2>&1 || false"}, "GET https://localhost:8443/ accept=below 400 redirects insecure timeout=2.5s"},
		{[]string{"/usr/bin/curl", "-sSfo/dev/null", "-XPOST", "-HX-Key: 1", "-d", `{"a":1}`, "localhost:8000/ping"}, `POST http://localhost:8000/ping accept=below 400 Content-Type="application/x-www-form-urlencoded" X-Key="1" body="{\"a\":1}"`},
		{[]string{`curl -f -H "Authorization: Bearer $TOKEN" -H 'Host: api.example' http://localhost:8000/health`}, "GET " + health + ` accept=below 400 Authorization="Bearer s3cret" Host="api.example"`},
		{[]string{"curl", "-f", "--json", `{"x":[1]}`, health}, "POST " + health + ` accept=below 400 Accept="application/json" Content-Type="application/json" body="{\"x\":[1]}"`},
		{[]string{"curl", "-I", "-u", "u:p", health}, "HEAD " + health + ` accept=any answer Authorization="Basic dTpw"`},
		{[]string{"curl -f http://localhost:${OTHER:-9000}/ || exit 1"}, "GET http://localhost:9000/ accept=below 400"},
		{[]string{"curl -f http://localhost:${EMPTY:-9000}/"}, "GET http://localhost:9000/ accept=below 400"},
		{[]string{"curl -f http://$HOSTNAME:8000/health?deep=1"}, "GET http://localhost:8000/health?deep=1 accept=below 400"},
		{[]string{"sh", "-c", "curl -f http://localhost:$PORT/health"}, "GET " + health + " accept=below 400"},
		{[]string{"curl -f \\\n  " + health}, "GET " + health + " accept=below 400"},

		// left to exec
		{[]string{"curl", "-f", "http://localhost:${PORT}/health"}, ""}, // no shell
		{[]string{"curl -f http://localhost:$UNKNOWN/health"}, ""},
		{[]string{"curl -f http://localhost:$EMPTY/health"}, ""},
		{[]string{"curl -f http://localhost:8000/$SPACED"}, ""},
		{[]string{"curl -f $(hostname):8000"}, ""},
		{[]string{"curl -s " + health + " | grep -q ok"}, ""},
		{[]string{"curl -f " + health + " && test -f /ready"}, ""},
		{[]string{"curl -f " + health + " || exit 0"}, ""},
		{[]string{"! curl -f " + health}, ""},
		{[]string{"curl -f '" + health}, ""},
		{[]string{"curl", "--unix-socket", "/run/s", health}, ""},
		{[]string{"curl", "-d", "@body.json", health}, ""},
		{[]string{"curl", "-f", "https://localhost:8443/"}, ""},
		{[]string{"curl", "-f", health, "http://localhost:1/"}, ""},
		{[]string{"curl", "-f"}, ""},
		{[]string{"curl", "-f", "http://localhost:{1,2}/"}, ""},
		{[]string{"pg_isready", "-U", "postgres"}, ""},
		{[]string{"cat /tmp/ready"}, ""},
		{[]string{""}, ""},

		// wget
		{[]string{"wget", "-q", "--spider", "http://127.0.0.1:9090/-/healthy"}, "HEAD http://127.0.0.1:9090/-/healthy accept=2xx redirects get-too"},
		{[]string{"wget -qO- " + health + " || exit 1"}, "GET " + health + " accept=2xx redirects"},
		{[]string{"wget -q -O - -T 3 " + health + " >/dev/null"}, "GET " + health + " accept=2xx redirects timeout=3s"},
		{[]string{"wget --no-verbose --tries=1 --spider " + health + " || exit 1"}, "HEAD " + health + " accept=2xx redirects get-too"},
		{[]string{"wget", "-nv", "-t1", "--header=X-A: b", "--post-data=x=1", health}, "POST " + health + ` accept=2xx Content-Type="application/x-www-form-urlencoded" X-A="b" body="x=1" redirects`},
		{[]string{"busybox", "wget", "-q", "-O", "/dev/null", health}, "GET " + health + " accept=2xx redirects"},
		{[]string{"wget", "-c", health}, ""},

		// python
		{[]string{"python", "-c", "import urllib.request; urllib.request.urlopen('" + health + "')"}, "GET " + health + " accept=2xx redirects"},
		{[]string{`python3 -c "import urllib.request; urllib.request.urlopen('http://localhost:8000/health', timeout=2).read()" || exit 1`}, "GET " + health + " accept=2xx redirects timeout=2s"},
		{[]string{"python3.13", "-c", "from urllib.request import urlopen\nurlopen(\"" + health + "\")\n"}, "GET " + health + " accept=2xx redirects"},
		{[]string{"python", "-c", "import urllib.request,sys; sys.exit(0 if urllib.request.urlopen('" + health + "').status == 200 else 1)"}, "GET " + health + " accept=200 redirects"},
		{[]string{"python", "-c", "import requests; requests.get('" + health + "', timeout=5).raise_for_status()"}, "GET " + health + " accept=below 400 redirects timeout=5s"},
		{[]string{"python", "-c", "import requests; requests.get('" + health + "')"}, "GET " + health + " accept=any answer redirects"},
		{[]string{"python", "-c", "import requests; r = requests.get('" + health + "'); assert r.status_code == 200"}, "GET " + health + " accept=200 redirects"},
		{[]string{"python", "-c", "import httpx; httpx.get('" + health + "').raise_for_status()"}, "GET " + health + " accept=2xx"},
		{[]string{"python", "-c", "import requests, sys; r=requests.get('" + health + "'); sys.exit(not r.ok)"}, "GET " + health + " accept=below 400 redirects"},
		{[]string{"python", "-c", "import http.client; c = http.client.HTTPConnection('localhost', 8000, timeout=2); c.request('GET', '/health'); r = c.getresponse(); exit(0 if r.status == 200 else 1)"}, "GET " + health + " accept=200 timeout=2s"},
		{[]string{"python", "-c", "import http.client; c = http.client.HTTPConnection('localhost:8000')"}, ""}, // asks nothing
		{[]string{"python", "-c", "import urllib.request; r = urllib.request.urlopen('" + health + "'); assert b'ok' in r.read()"}, ""},
		{[]string{"python", "-c", "import requests; requests.get('" + health + "'); requests.get('" + health + "')"}, ""},
		{[]string{"python", "-c", "print('ok')"}, ""},
		{[]string{"python", "/app/healthcheck.py"}, ""},
	} {
		test := append([]string{"CMD"}, c.test...)
		if len(c.test) == 1 {
			test[0] = "CMD-SHELL"
		}
		t.Run(strings.Join(c.test, " "), func(t *testing.T) {
			r, ok := parse(&stack.Check{Test: test}, env)
			got := ""
			if ok {
				got = describe(r)
			}
			if got != c.want {
				t.Errorf("%q\n got %q\nwant %q", test, got, c.want)
			}
		})
	}
}

// The port of a check is known only when it asks its own container.
func TestRequestPort(t *testing.T) {
	for url, want := range map[string]uint16{
		"http://localhost:8000/": 8000, "http://127.0.0.1:1/": 1, "http://127.1.2.3:1/": 1, "http://0.0.0.0:8000": 8000,
		"http://[::1]:8000/": 8000, "http://localhost/": 80, "https://localhost/": 443, "http://model-api:8000/": 8000,
		"http://db:5432/": 0, "http://example.com/": 0, "http://localhost:0/": 0, "ftp://localhost:21/": 0, "http://localhost:99999/": 0,
	} {
		got, _ := Request{URL: url}.port([]string{"model-api", "churn-model-api-1"})
		if got != want {
			t.Errorf("%s: %d, want %d", url, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"curl -f http://localhost:${PORT}/health || exit 1", `wget -qO- "http://localhost:$PORT" >/dev/null 2>&1`, `python -c "import urllib.request; urllib.request.urlopen('http://localhost')"`,
		"$", "${", `"\`, "curl -d @x -H y localhost", "python -c 'x = @; x'", "curl --max-time 1e309 localhost",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, script string) {
		r, ok := parse(&stack.Check{Test: []string{"CMD-SHELL", script}}, map[string]string{"PORT": "8000"})
		if !ok {
			return
		}
		if r.URL == "" || r.Method == "" || r.Accept == "" || r.timeout < 0 || r.timeout > time.Hour {
			t.Errorf("%q: %+v", script, r)
		}
	})
}
