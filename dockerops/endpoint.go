package dockerops

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/docker/go-connections/tlsconfig"
	"github.com/moby/moby/client"

	"berth/stack"
)

// endpoint is where an Engine answers and how it is reached.
type endpoint struct {
	from string // who says so: "--host", "DOCKER_HOST", or a context's name
	host string // unix:///…, tcp://…, ssh://…
	url  *url.URL
	tls  *tls.Config // nil: no TLS
}

// resolve chooses the endpoint in the docker CLI's order of precedence.
func resolve(t Target, conf cliConfig) (endpoint, error) {
	if t.Host != "" && t.Context != "" {
		return endpoint{}, &stack.Problem{
			What: "--host and --context exclude each other", Hint: "give one of them", Err: stack.ErrUsage,
		}
	}
	if t.Context == "" {
		if t.Host != "" {
			return fromHost("--host", t.Host, conf)
		}
		if host := os.Getenv(client.EnvOverrideHost); host != "" {
			return fromHost("DOCKER_HOST", host, conf)
		}
	}
	name := cmp.Or(t.Context, os.Getenv("DOCKER_CONTEXT"), conf.CurrentContext, "default")
	if name == "default" {
		return fromHost("default", cmp.Or(os.Getenv(client.EnvOverrideHost), client.DefaultDockerHost), conf)
	}
	c, err := conf.context(name)
	if err != nil {
		return endpoint{}, err
	}
	at, err := parseEndpoint(name, c.host)
	if err != nil {
		return endpoint{}, err
	}
	if c.tlsDir != "" || c.skipVerify {
		at.tls, err = loadTLS(c.tlsDir, !c.skipVerify)
	}
	return at, at.tlsProblem(err)
}

// fromHost is an endpoint given without a context: TLS comes from the
// environment then.
func fromHost(from, host string, conf cliConfig) (endpoint, error) {
	at, err := parseEndpoint(from, host)
	if err != nil {
		return endpoint{}, err
	}
	verify := os.Getenv(client.EnvTLSVerify) != ""
	if at.url.Scheme == "tcp" && (verify || os.Getenv("DOCKER_TLS") != "") {
		at.tls, err = loadTLS(cmp.Or(os.Getenv(client.EnvOverrideCertPath), conf.dir), verify)
	}
	return at, at.tlsProblem(err)
}

func parseEndpoint(from, host string) (endpoint, error) {
	if host != "" && !strings.Contains(host, "://") {
		host = "tcp://" + host // as `docker -H 10.0.0.1:2375`
	}
	u, err := url.Parse(host)
	if err == nil {
		switch u.Scheme {
		case "unix", "tcp", "ssh":
		case "http", "https":
			u.Scheme, host = "tcp", "tcp"+strings.TrimPrefix(host, u.Scheme)
		default:
			err = fmt.Errorf("unknown scheme %q", u.Scheme)
		}
	}
	if err == nil && u.Host == "" && u.Scheme != "unix" {
		err = fmt.Errorf("%q names no host", host)
	}
	if err != nil {
		return endpoint{}, &stack.Problem{
			What: "understanding the Engine's address", Where: from, Err: err,
			Hint: "write unix:///path, tcp://host:port or ssh://user@host",
		}
	}
	return endpoint{from: from, host: host, url: u}, nil
}

// loadTLS reads ca.pem, cert.pem and key.pem of a folder, each as far as it is
// there: a server may use a public authority and ask for no certificate.
func loadTLS(dir string, verify bool) (*tls.Config, error) {
	file := func(name string) string {
		if path := filepath.Join(dir, name); dir != "" && exists(path) {
			return path
		}
		return ""
	}
	return tlsconfig.Client(tlsconfig.Options{
		CAFile: file("ca.pem"), CertFile: file("cert.pem"), KeyFile: file("key.pem"),
		InsecureSkipVerify: !verify,
		ExclusiveRootPools: true,
		MinVersion:         tls.VersionTLS12,
	})
}

func (at endpoint) tlsProblem(err error) error {
	if err == nil {
		return nil
	}
	return &stack.Problem{
		What: "loading the certificates for " + at.host, Where: at.from, Err: err,
		Hint: "see DOCKER_CERT_PATH and `docker context inspect`",
	}
}

// clientHost is the address as the client understands it: over ssh it speaks
// HTTP to a made-up name and leaves the connection to us.
func (at endpoint) clientHost() string {
	if at.url.Scheme == "ssh" {
		return "http://" + client.DummyHost
	}
	return at.host
}

// publishHost is where the Engine's published ports answer.
func (at endpoint) publishHost() string {
	if at.url.Scheme == "unix" {
		return "127.0.0.1"
	}
	return at.url.Hostname()
}

func (at endpoint) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTimeout}
	switch at.url.Scheme {
	case "unix":
		return d.DialContext(ctx, "unix", at.url.Path)
	case "ssh":
		return dialSSH(ctx, at.url)
	default:
		return d.DialContext(ctx, network, addr)
	}
}
