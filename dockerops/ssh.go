package dockerops

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// dialSSH reaches the Engine of another host as the docker CLI does: ssh runs
// `docker system dial-stdio` there, and its standard input and output are the
// connection. The user's ssh configuration, keys and agent apply.
func dialSSH(ctx context.Context, u *url.URL) (net.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return startCommand(exec.Command("ssh", sshArgs(u)...)) //nolint:gosec // the user's own address
}

func sshArgs(u *url.URL) []string {
	args := []string{"-o", "ConnectTimeout=30", "-T"}
	if name := u.User.Username(); name != "" {
		args = append(args, "-l", name)
	}
	if port := u.Port(); port != "" {
		args = append(args, "-p", port)
	}
	args = append(args, "--", u.Hostname(), "docker")
	if strings.Trim(u.Path, "/") != "" {
		args = append(args, "--host=unix://"+u.Path)
	}
	return append(args, "system", "dial-stdio")
}

// commandConn is a connection made of a process.
type commandConn struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    io.Reader
	stderr tail
	wait   func() error
	over   chan struct{} // closed at the end of what was read
	end    func() error  // closes it, and says how the process ended
	closed atomic.Bool   // by us
}

func startCommand(cmd *exec.Cmd) (net.Conn, error) {
	c := &commandConn{cmd: cmd, over: make(chan struct{})}
	var err error
	if c.in, err = cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if c.out, err = cmd.StdoutPipe(); err != nil {
		return nil, err
	}
	cmd.Stderr = &c.stderr
	// A session of its own: Ctrl-C is for Berth, not for its connections.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	// A ControlPersist master may keep standard error open after ssh ended.
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c.wait = sync.OnceValue(cmd.Wait)
	c.end = sync.OnceValue(func() error {
		defer close(c.over)
		if waited := c.wait(); waited != nil {
			return fmt.Errorf("%s: %w: %s", c.cmd.Args[0], waited, strings.TrimSpace(c.stderr.String()))
		}
		return nil
	})
	return c, nil
}

// Read gives, at the end, ssh's own words instead of a bare EOF.
func (c *commandConn) Read(p []byte) (int, error) {
	n, err := c.out.Read(p)
	if n == 0 && errors.Is(err, io.EOF) {
		if ended := c.end(); ended != nil {
			return 0, ended
		}
	}
	return n, err
}

// Write gives ssh's own words instead of a broken pipe, where whoever reads comes
// to them: ssh may have ended before anything was written.
func (c *commandConn) Write(p []byte) (int, error) {
	n, err := c.in.Write(p)
	if err == nil || c.closed.Load() {
		return n, err
	}
	late := time.NewTimer(c.cmd.WaitDelay)
	defer late.Stop()
	select {
	case <-c.over:
		if ended := c.end(); ended != nil {
			return n, ended
		}
	case <-late.C:
	}
	return n, err
}

// CloseWrite tells the other side that nothing more comes.
func (c *commandConn) CloseWrite() error { return c.in.Close() }

// Close ends the process; how it ends is of no interest then.
func (c *commandConn) Close() error {
	c.closed.Store(true)
	_ = c.in.Close()
	_ = c.cmd.Process.Kill()
	_ = c.wait()
	return nil
}

func (c *commandConn) LocalAddr() net.Addr  { return commandAddr(c.cmd.Args[0]) }
func (c *commandConn) RemoteAddr() net.Addr { return commandAddr(c.cmd.Args[0]) }

// Deadlines do not exist on a process; the HTTP client sets none.
func (c *commandConn) SetDeadline(time.Time) error      { return errors.ErrUnsupported }
func (c *commandConn) SetReadDeadline(time.Time) error  { return errors.ErrUnsupported }
func (c *commandConn) SetWriteDeadline(time.Time) error { return errors.ErrUnsupported }

type commandAddr string

func (commandAddr) Network() string  { return "command" }
func (a commandAddr) String() string { return string(a) }

// tail keeps the last bytes written to it.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - tailSize; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.buf)
}
