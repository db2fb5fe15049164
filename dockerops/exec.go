package dockerops

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/moby/moby/client"

	"berth/stack"
)

// execOutput is how much of a command's output is kept, in bytes.
const execOutput = 256 << 10

// Exec runs a command in the container that plays a role, as its user, and
// waits for it. A status other than 0 is no error. When ctx ends, the wait ends
// and the command goes on: the Engine has no way to stop it.
func (e *Engine) Exec(ctx context.Context, r stack.Ref, argv []string) (stack.ExecResult, error) {
	c, err := e.current(ctx, r)
	if err != nil {
		return stack.ExecResult{}, err
	}
	result, err := e.exec(ctx, c.ID, client.ExecCreateOptions{Cmd: argv})
	if err != nil {
		return stack.ExecResult{}, e.problem(ctx, fmt.Sprintf("running %s in %s", strings.Join(argv, " "), r), err)
	}
	return result, nil
}

func (e *Engine) exec(ctx context.Context, container string, o client.ExecCreateOptions) (stack.ExecResult, error) {
	o.AttachStdout, o.AttachStderr = true, true
	made, err := e.cli.ExecCreate(ctx, container, o)
	if err != nil {
		return stack.ExecResult{}, err
	}
	attached, err := e.cli.ExecAttach(ctx, made.ID, client.ExecAttachOptions{})
	if err != nil {
		return stack.ExecResult{}, err
	}
	defer attached.Close()
	// A hijacked connection knows nothing of ctx.
	defer context.AfterFunc(ctx, attached.Close)()
	out, err := collect(attached.Reader)
	if err != nil {
		return stack.ExecResult{}, because(ctx, err)
	}
	out.ExitCode, err = e.exitCode(ctx, made.ID)
	return out, err
}

// collect reads all frames and keeps the first execOutput bytes.
func collect(r io.Reader) (stack.ExecResult, error) {
	var kept bytes.Buffer
	var truncated int64
	frames := frameReader{r: r}
	for {
		f, err := frames.next()
		if errors.Is(err, io.EOF) {
			return stack.ExecResult{Output: kept.String(), Truncated: truncated}, nil
		}
		if err != nil {
			return stack.ExecResult{}, err
		}
		n := min(len(f.payload), execOutput-kept.Len())
		kept.Write(f.payload[:n])
		truncated += int64(len(f.payload)-n) + f.dropped
	}
}

// exitCode asks until the command is over: its output ends a moment before the
// Engine has noted that.
func (e *Engine) exitCode(ctx context.Context, id string) (int, error) {
	for {
		state, err := e.cli.ExecInspect(ctx, id, client.ExecInspectOptions{})
		if err != nil {
			return 0, err
		}
		if !state.Running {
			return state.ExitCode, nil
		}
		if !sleep(ctx, 5*time.Millisecond) {
			return 0, ctx.Err()
		}
	}
}
