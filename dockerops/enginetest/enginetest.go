// Package enginetest gives tests a real Docker Engine: where it is, names of
// their own on it, a small image, and a clean Engine afterwards.
package enginetest

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"testing"

	"github.com/moby/moby/client"
)

// HostVariable names the environment variable that holds the DOCKER_HOST of
// the Engine that tests may use. `make test` sets it.
const HostVariable = "BERTH_TEST_ENGINE"

// Host returns the DOCKER_HOST of the Engine that tests may use, and skips the
// test where there is none.
func Host(t testing.TB) string {
	t.Helper()
	host := os.Getenv(HostVariable)
	if host == "" {
		t.Skip("no test Engine: run make test")
	}
	return host
}

// Client returns a client of the test Engine, closed when the test ends. It is
// for arranging and for looking behind the code under test.
func Client(t testing.TB) *client.Client {
	t.Helper()
	c, err := client.New(client.WithHost(Host(t)))
	if err != nil {
		t.Fatalf("test Engine: %v", err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Errorf("close the test Engine's client: %v", err)
		}
	})
	return c
}

// Name returns a project name that no other test has. When the test ends,
// every container, network, volume and image that belongs to that project, or
// whose name starts with it, is removed.
func Name(t testing.TB) string {
	t.Helper()
	c := Client(t)
	var b [5]byte
	_, _ = rand.Read(b[:]) // never fails, see crypto/rand
	name := "berth-test-" + hex.EncodeToString(b[:])
	t.Cleanup(func() { sweep(t, c, name) })
	return name
}
