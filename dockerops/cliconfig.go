package dockerops

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"berth/stack"
)

// cliConfig is what Berth reads of the docker CLI's config.json.
type cliConfig struct {
	CurrentContext string            `json:"currentContext"`
	HTTPHeaders    map[string]string `json:"HttpHeaders"`
	Proxies        map[string]proxy  `json:"proxies"` // "default", or a DOCKER_HOST value
	logins

	dir string // the folder it is in
}

// configDir is where the docker CLI keeps its configuration.
func configDir() string {
	if dir := os.Getenv("DOCKER_CONFIG"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ".docker"
	}
	return filepath.Join(home, ".docker")
}

// readCLIConfig reads dir/config.json; a missing file is an empty one.
func readCLIConfig(dir string) (cliConfig, error) {
	c := cliConfig{dir: dir}
	path := filepath.Join(dir, "config.json")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	if err != nil {
		return c, &stack.Problem{
			What: "reading Docker's configuration", Where: path, Err: err,
			Hint: "correct the file, or point DOCKER_CONFIG at another folder",
		}
	}
	return c, nil
}

// dockerContext is one context of the docker CLI.
type dockerContext struct {
	host       string
	skipVerify bool
	tlsDir     string // of its certificates; empty when it has none
}

// context reads a context from its two folders, contexts/meta/ID and
// contexts/tls/ID/docker, whose ID is the SHA-256 of the name.
func (c cliConfig) context(name string) (dockerContext, error) {
	sum := sha256.Sum256([]byte(name))
	id := hex.EncodeToString(sum[:])
	path := filepath.Join(c.dir, "contexts", "meta", id, "meta.json")
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return dockerContext{}, &stack.Problem{
			What: fmt.Sprintf("there is no docker context %q", name), Where: c.dir,
			Hint: "`docker context ls` lists them",
		}
	}
	var meta struct {
		Endpoints map[string]struct {
			Host          string
			SkipTLSVerify bool
		}
	}
	if err == nil {
		err = json.Unmarshal(raw, &meta)
	}
	if err != nil {
		return dockerContext{}, &stack.Problem{What: fmt.Sprintf("reading docker context %q", name), Where: path, Err: err}
	}
	docker, ok := meta.Endpoints["docker"]
	if !ok {
		return dockerContext{}, &stack.Problem{
			What: fmt.Sprintf("docker context %q has no docker endpoint", name), Where: path,
			Hint: "choose another with --context",
		}
	}
	found := dockerContext{host: docker.Host, skipVerify: docker.SkipTLSVerify}
	if dir := filepath.Join(c.dir, "contexts", "tls", id, "docker"); exists(dir) {
		found.tlsDir = dir
	}
	return found, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
