package dockerops

import "testing"

func TestRegistryHintReadsWordsNotDigits(t *testing.T) {
	const missing = "check the name, the tag and the platform"
	for words, want := range map[string]string{
		"manifest for 127.0.0.1:40159/none:7 not found: manifest unknown": missing,
		"127.0.0.1:14010/none:7: not found":                               missing,
		"unexpected status: 401 Unauthorized":                             "docker login host:1",
		"failed with status 401":                                          "docker login host:1",
		"pull access denied for x, repository does not exist":             "check the name; if it is private, docker login host:1",
	} {
		if got := registryHint(words, "host:1"); got != want {
			t.Errorf("%q: %q, want %q", words, got, want)
		}
	}
}
