package dockerops

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/moby/api/types/registry"

	"berth/stack"
)

// logins is the part of the docker CLI's config.json that says who the
// user is at which registry.
type logins struct {
	Auths       map[string]registry.AuthConfig `json:"auths"`
	CredsStore  string                         `json:"credsStore"`
	CredHelpers map[string]string              `json:"credHelpers"`
}

// hubKey is the name under which `docker login` keeps Docker Hub's credentials.
const hubKey = "https://index.docker.io/v1/"

// authVariable holds credentials like those of config.json, and goes before it.
const authVariable = "DOCKER_AUTH_CONFIG"

// registryOf is the registry that a reference names, as config.json calls it.
func registryOf(ref reference.Named) string { return authKey(reference.Domain(ref)) }

// authKey turns a registry's host into the key of config.json.
func authKey(host string) string {
	switch host {
	case "docker.io", "index.docker.io", "registry-1.docker.io":
		return hubKey
	}
	return host
}

// lookup finds the credentials for a registry where the docker CLI finds them:
// the environment, the registry's helper, the general helper, config.json.
// Without any it returns the zero value, which means anonymous.
func (l logins) lookup(ctx context.Context, key string) (registry.AuthConfig, error) {
	if raw := os.Getenv(authVariable); raw != "" {
		var env logins
		if err := json.Unmarshal([]byte(raw), &env); err != nil {
			return registry.AuthConfig{}, &stack.Problem{
				What: "reading registry credentials", Where: authVariable, Err: err,
				Hint: "it must hold JSON like that of config.json, or be unset",
			}
		}
		if auth, ok, err := env.stored(key); ok || err != nil {
			return auth, err
		}
	}
	helper, ok := l.CredHelpers[key]
	if !ok {
		helper = l.CredsStore
	}
	if helper != "" {
		return askHelper(ctx, helper, key)
	}
	auth, _, err := l.stored(key)
	return auth, err
}

// stored looks into the file itself: the exact key first, then any whose host
// is the same ("https://registry.example/v1/").
func (l logins) stored(key string) (registry.AuthConfig, bool, error) {
	auth, ok := l.Auths[key]
	if !ok {
		for k, a := range l.Auths {
			if hostOf(k) == hostOf(key) {
				auth, ok = a, true
				break
			}
		}
	}
	if !ok {
		return registry.AuthConfig{}, false, nil
	}
	auth.ServerAddress = key
	if auth.Auth == "" {
		return auth, true, nil
	}
	user, password, err := decodeAuth(auth.Auth)
	if err != nil {
		return registry.AuthConfig{}, false, &stack.Problem{
			What: "reading the credentials for " + hostOf(key), Err: err, Hint: "docker login " + hostOf(key),
		}
	}
	auth.Username, auth.Password, auth.Auth = user, password, ""
	return auth, true, nil
}

// hostOf strips scheme and path from a key of config.json.
func hostOf(key string) string {
	if _, rest, ok := strings.Cut(key, "://"); ok {
		key = rest
	}
	host, _, _ := strings.Cut(key, "/")
	return host
}

func decodeAuth(s string) (user, password string, err error) {
	raw, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", "", err
	}
	user, password, ok := strings.Cut(string(raw), ":")
	if !ok || user == "" {
		return "", "", errors.New("not of the form user:password")
	}
	return user, strings.TrimRight(password, "\x00"), nil
}
