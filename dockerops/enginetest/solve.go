package enginetest

import (
	"context"
	"net"
	"testing"

	bk "github.com/moby/buildkit/client"
	"github.com/tonistiigi/fsutil"
)

// Solve builds the Dockerfile of a folder into a named image with nothing but
// BuildKit's client: what no tool that builds it can be faster than.
func Solve(t testing.TB, dir, image string, args map[string]string) {
	t.Helper()
	cli := Client(t)
	c, err := bk.New(t.Context(), "",
		bk.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return cli.DialHijack(ctx, "/grpc", "h2c", nil) }),
		bk.WithSessionDialer(func(ctx context.Context, proto string, meta map[string][]string) (net.Conn, error) {
			return cli.DialHijack(ctx, "/session", proto, meta)
		}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }() // the build is over
	files, err := fsutil.NewFS(dir)
	if err != nil {
		t.Fatal(err)
	}
	attrs := map[string]string{"filename": "Dockerfile"}
	for name, value := range args {
		attrs["build-arg:"+name] = value
	}
	status := make(chan *bk.SolveStatus)
	go func() {
		for range status { // nobody looks
		}
	}()
	_, err = c.Solve(t.Context(), nil, bk.SolveOpt{
		Frontend: "dockerfile.v0", FrontendAttrs: attrs,
		LocalMounts: map[string]fsutil.FS{"context": files, "dockerfile": files},
		Exports:     []bk.ExportEntry{{Type: "moby", Attrs: map[string]string{"name": image}}},
		SharedKey:   dir,
	}, status)
	if err != nil {
		t.Fatal(err)
	}
}
