package dockerops

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/moby/moby/client"

	"berth/stack"
)

// Target says which Engine is meant, as the global flags of `docker` do. The
// zero value means DOCKER_HOST, DOCKER_CONTEXT, the docker CLI's current
// context or the default socket, in this order.
type Target struct {
	Host    string // --host: unix:///…, tcp://…, ssh://…
	Context string // --context: the name of a docker context
}

// Engine is a Docker Engine. It is safe for concurrent use; connections are
// made when they are needed.
type Engine struct {
	cli  *client.Client
	conf cliConfig // of the docker CLI
	at   endpoint

	mu  sync.Mutex
	api string // negotiated; empty before the first answer

	podman atomic.Bool // as its answers say
	clock  clock

	dialErr atomic.Pointer[error] // why the last connection could not be made

	building keyed // one build of a context at a time: several at once resend all of it
}

// idleConns is how many connections are kept for the next request: a listing
// uses four at once, and over ssh each new one costs a login.
const idleConns = 8

// readBuffer is how much is read from a connection at once: logs come in small
// pieces.
const readBuffer = 32 << 10

// dialTimeout bounds one attempt to connect, as the docker CLI does.
const dialTimeout = 10 * time.Second

// Dial says which Engine to talk to without talking to it. It fails, with a
// *stack.Problem, only on what the user configured wrongly.
func Dial(t Target) (*Engine, error) {
	conf, err := readCLIConfig(configDir())
	if err != nil {
		return nil, err
	}
	at, err := resolve(t, conf)
	if err != nil {
		return nil, err
	}
	e := &Engine{conf: conf, at: at}
	transport := &http.Transport{
		DialContext:         e.dial, // also keeps HTTP/2's TLS defaults off, which the client takes for TLS
		TLSClientConfig:     at.tls,
		MaxIdleConns:        idleConns,
		MaxIdleConnsPerHost: idleConns,
		IdleConnTimeout:     30 * time.Second,
		ReadBufferSize:      readBuffer,
	}
	options := []client.Opt{
		client.WithHTTPClient(&http.Client{Transport: transport, CheckRedirect: client.CheckRedirect}),
		client.WithHost(at.clientHost()),
		client.WithDialContext(e.dial),
		client.WithAPIVersionFromEnv(),
		client.WithUserAgent("berth"),
		client.WithHTTPResponseHook(e.recognise),
		client.WithHTTPResponseHook(e.clock.hear),
	}
	if len(conf.HTTPHeaders) > 0 {
		options = append(options, client.WithHTTPHeaders(conf.HTTPHeaders))
	}
	e.cli, err = client.New(options...)
	if err != nil {
		return nil, &stack.Problem{What: "using the Engine at " + at.host, Where: at.from, Err: err}
	}
	return e, nil
}

// recognise finds out from the first answer whether it is podman's, which
// names the version of its own API in each.
func (e *Engine) recognise(answer *http.Response) {
	if answer.Header.Get("Libpod-API-Version") != "" {
		e.podman.Store(true)
	}
}

// Connect is Dial and a first answer: the Engine is there and not too old.
// What prevents it is a *stack.Problem; errors.Is(err, ErrUnreachable) when
// nothing answers.
func Connect(ctx context.Context, t Target) (*Engine, error) {
	e, err := Dial(t)
	if err != nil {
		return nil, err
	}
	if _, err := e.version(ctx); err != nil {
		return nil, err
	}
	return e, nil
}

// Close lets idle connections go.
func (e *Engine) Close() error { return e.cli.Close() }

// Info asks the Engine what it is.
func (e *Engine) Info(ctx context.Context) (stack.Engine, error) {
	api, err := e.version(ctx)
	if err != nil {
		return e.describe(), err
	}
	v, err := e.cli.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return e.describe(), e.problem(ctx, "asking the Engine for its version", err)
	}
	info := e.describe()
	info.Version, info.APIVersion, info.Platform = v.Version, api, v.Os+"/"+v.Arch
	return info, nil
}

// PublishHost is where published ports answer, seen from here: 127.0.0.1 for a
// local Engine, else the Engine's host.
func (e *Engine) PublishHost() string { return e.at.publishHost() }

// describe is what is known of the Engine without asking it.
func (e *Engine) describe() stack.Engine {
	return stack.Engine{Context: e.at.from, Endpoint: e.at.host, PublishHost: e.at.publishHost()}
}

// version is the API version in use. The first call pings and negotiates.
func (e *Engine) version(ctx context.Context) (string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.api != "" {
		return e.api, nil
	}
	ping, err := e.cli.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
	switch {
	case err != nil && ping.APIVersion != "":
		return "", &stack.Problem{
			What: "talking to the Engine at " + e.at.host,
			Err:  fmt.Errorf("it speaks API %s, Berth needs %s or later", ping.APIVersion, client.MinAPIVersion),
			Hint: "upgrade Docker to 19.03 or later",
		}
	case err != nil:
		return "", e.problem(ctx, "reaching the Docker Engine", err)
	}
	e.api = e.cli.ClientVersion()
	return e.api, nil
}

// dial makes one connection and remembers why it could not: the client's
// errors do not keep the cause, which decides what the user should try.
func (e *Engine) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := e.at.dial(ctx, network, addr)
	if err != nil {
		e.dialErr.Store(&err)
		return nil, err
	}
	e.dialErr.Store(nil)
	return conn, nil
}
