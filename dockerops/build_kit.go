package dockerops

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	bk "github.com/moby/buildkit/client"
	"github.com/moby/buildkit/session"
	"github.com/tonistiigi/fsutil"

	"berth/stack"
)

// errNoBuildKit means that the Engine (podman) has only the classic way to
// build: one request with the whole context.
var errNoBuildKit = errors.New("the Engine has no BuildKit")

// buildkit is a client of the BuildKit inside the Engine. Its first connection
// is made here, so that what prevents it is an error and not a retry.
func (e *Engine) buildkit(ctx context.Context) (c *bk.Client, closeClient func(), err error) {
	dial := func(ctx context.Context) (net.Conn, error) { return e.cli.DialHijack(ctx, "/grpc", "h2c", nil) }
	conn, err := dial(ctx)
	if err != nil {
		// The client gives the status as text only.
		if strings.HasSuffix(err.Error(), "received 404") {
			err = fmt.Errorf("%w: %w", errNoBuildKit, err)
		}
		return nil, nil, err
	}
	ready := make(chan net.Conn, 1)
	ready <- conn
	closeReady := func() {
		select {
		case unused := <-ready:
			_ = unused.Close() // nothing was said on it
		default:
		}
	}
	c, err = bk.New(ctx, "",
		bk.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			select {
			case first := <-ready:
				return first, nil
			default:
				return dial(ctx)
			}
		}),
		bk.WithSessionDialer(func(ctx context.Context, proto string, meta map[string][]string) (net.Conn, error) {
			return e.cli.DialHijack(ctx, "/session", proto, meta)
		}))
	if err != nil {
		closeReady()
		return nil, nil, err
	}
	return c, func() {
		_ = c.Close() // the build is over, and its outcome known
		closeReady()
	}, nil
}

// solveOpt is the build of mounted folders in the words of BuildKit's client.
func (s buildSpec) solveOpt(ctx context.Context, c *bk.Client, l logins, mounts map[string]fsutil.FS) (bk.SolveOpt, error) {
	var gateway string
	if s.wantsGateway() {
		var err error
		if gateway, err = gatewayOf(ctx, c); err != nil {
			return bk.SolveOpt{}, err
		}
	}
	key, err := s.sharedKey()
	if err != nil {
		return bk.SolveOpt{}, err
	}
	opt := bk.SolveOpt{
		Frontend:      "dockerfile.v0",
		FrontendAttrs: s.attrs(gateway),
		LocalMounts:   mounts,
		// Of the exporters only "moby" is there in every Engine.
		Exports:   []bk.ExportEntry{{Type: "moby", Attrs: map[string]string{"name": strings.Join(s.tags, ",")}}},
		SharedKey: key,
		Session:   []session.Attachable{sessionAuth{logins: l}},
	}
	if s.config.Network == "host" {
		opt.AllowedEntitlements = []string{"network.host"}
	}
	return opt, nil
}

// gatewayLabel is where the Engine's BuildKit says what host-gateway is.
const gatewayLabel = "org.mobyproject.buildkit.worker.moby.host-gateway-ip"

func gatewayOf(ctx context.Context, c *bk.Client) (string, error) {
	workers, err := c.ListWorkers(ctx)
	if err != nil {
		return "", err
	}
	for _, w := range workers {
		if ip := w.Labels[gatewayLabel]; ip != "" {
			return ip, nil
		}
	}
	return "", &stack.Problem{What: "build.extra_hosts asks for " + hostGateway, Err: errors.New("this Engine's BuildKit does not say what that is"), Hint: "give the address"}
}
