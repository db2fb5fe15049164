package dockerops

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/jsonstream"

	"berth/stack"
)

// The messages are those of Engine 20.10.24, a second apart.
func TestPullFold(t *testing.T) {
	bytes := func(current, total int64) *jsonstream.Progress {
		return &jsonstream.Progress{Current: current, Total: total}
	}
	f := newPullFold(stack.Progress{ID: "build api", Service: "api", Status: stack.Working})
	clock := ours
	f.now = func() time.Time { return clock }
	var got []string
	for _, m := range []jsonstream.Message{
		{Status: "Pulling from team/model", ID: "1.0"},
		{Status: "Pulling fs layer", ID: "aaa"},
		{Status: "Already exists", ID: "bbb"},
		{Status: "Pulling fs layer", ID: "ccc"},
		{Status: "Downloading", ID: "aaa", Progress: bytes(10, 100)},
		{Status: "Verifying Checksum", ID: "aaa", Progress: bytes(0, 0)},
		{Status: "Extracting", ID: "aaa", Progress: bytes(50, 100)},
		{Status: "Extracting", ID: "aaa", Progress: &jsonstream.Progress{Current: 3, Units: "s"}},
		{Status: "Pull complete", ID: "aaa", Progress: bytes(0, 0)},
		{},
		{Status: "Digest: sha256:abc"},
	} {
		if p, ok := f.add(m); ok {
			got = append(got, line(p))
		}
		clock = clock.Add(time.Second)
	}
	for _, p := range f.finish() {
		got = append(got, line(p))
	}
	want := []string{
		"build api working 0s Pulling from team/model",
		"aaa working 0s Pulling fs layer",
		"bbb cached 0s Already exists",
		"ccc working 0s Pulling fs layer",
		"aaa working 3s 10/100 Downloading",
		"aaa working 4s 10/100 Verifying Checksum",
		"aaa working 5s 50/100 Extracting",
		"aaa working 6s 50/100 Extracting",
		"aaa done 7s 100/100 Pull complete",
		"build api working 0s Digest: sha256:abc",
		"ccc cancelled 8s Pulling fs layer",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRegistryHint(t *testing.T) {
	for words, want := range map[string]string{
		"manifest for x:9 not found: manifest unknown":                                                             "check the name",
		"pull access denied for x, repository does not exist or may require 'docker login'":                        "check the name; if it is private, docker login r.example",
		"Get https://r.example/v2/x: unauthorized: authentication required":                                        "docker login r.example",
		"Get https://r.example/v2/x: no basic auth credentials":                                                    "docker login r.example",
		"toomanyrequests: You have reached your pull rate limit":                                                   "wait",
		"dial tcp: lookup r.example on 10.0.0.1:53: no such host":                                                  "network",
		"net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)": "network",
		"x509: certificate signed by unknown authority":                                                            "certificate",
		"http: server gave HTTP response to HTTPS client":                                                          "insecure-registries",
		"write /var/lib/docker/tmp/x: no space left on device":                                                     "docker system df",
		"no matching manifest for linux/arm64 in the manifest list entries":                                        "platform",
		"something else": "",
	} {
		if got := registryHint(words, "r.example"); !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("hint for %q is %q, want it to say %q", words, got, want)
		}
	}
}
