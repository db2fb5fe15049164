package dockerops

import (
	"regexp"
	"strings"

	"github.com/distribution/reference"
)

// noSpace is how a full disk is told, by the system and in any language of
// programs that leave it to it.
const noSpace = "no space left on device"

const noSpaceHint = "free some: docker system df shows what takes it"

// unauthorizedStatus is the status as a word of its own: a registry's port may
// have the same digits.
var unauthorizedStatus = regexp.MustCompile(`\b401\b`)

// registryHint is what to try when a registry did not give an image, by the
// words it or the Engine said. host is the registry's, empty when not known.
func registryHint(words, host string) string {
	words = strings.ToLower(words)
	has := func(any ...string) bool {
		for _, a := range any {
			if strings.Contains(words, a) {
				return true
			}
		}
		return false
	}
	login := strings.TrimSpace("docker login " + host)
	switch {
	case has(noSpace):
		return noSpaceHint
	case has("toomanyrequests", "rate limit"):
		return "wait, or raise the limit: " + login
	case has("no such host", "server misbehaving", "connection refused", "i/o timeout", "network is unreachable", "no route to host", "tls handshake timeout", "timeout exceeded", "temporary failure in name resolution"):
		return "does the Engine reach the network? pull elsewhere and docker load works without it"
	case has("certificate", "server gave http response to https client"):
		return "the registry's certificate does not convince the Engine: see its insecure-registries setting"
	case has("pull access denied", "insufficient_scope", "repository does not exist"):
		return "check the name; if it is private, " + login
	case has("unauthorized", "no basic auth credentials", "authentication required", "incorrect username or password", "denied", "403 forbidden"), unauthorizedStatus.MatchString(words):
		return login
	case has("manifest unknown", "not found", "no matching manifest"):
		return "check the name, the tag and the platform"
	}
	return ""
}

// baseStep is a step that asks for a base image.
var baseStep = regexp.MustCompile(`(?:\[internal\] load metadata for|\] FROM) (\S+)`)

// baseHost is the registry that such a step asks; empty for Docker Hub.
func baseHost(step string) string {
	if m := baseStep.FindStringSubmatch(step); m != nil {
		if named, err := reference.ParseNormalizedNamed(m[1]); err == nil {
			return loginHost(named)
		}
	}
	return ""
}

// loginHost is how `docker login` names a reference's registry: Docker Hub
// has no name.
func loginHost(named reference.Named) string {
	if host := reference.Domain(named); host != "docker.io" {
		return host
	}
	return ""
}
