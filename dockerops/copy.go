package dockerops

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/moby/moby/client"

	"berth/stack"
)

// Copy brings files into the container that plays a role, and removes those
// that are gone. As docker compose does it, files belong to the container's user
// where it has one, else to root; their modes are those that they have here.
// What is gone is removed by rm, in the container: one that has no rm, or does
// not run, keeps it, and kept says why.
func (e *Engine) Copy(ctx context.Context, r stack.Ref, files []stack.Copy) (kept error, err error) {
	c, err := e.current(ctx, r)
	if err != nil {
		return nil, err
	}
	var gone []string
	there := files[:0:0]
	for _, f := range files {
		if f.Gone {
			gone = append(gone, f.To)
		} else {
			there = append(there, f)
		}
	}
	what := "copying files into " + r.String()
	if len(gone) > 0 {
		kept = e.remove(ctx, c.ID, gone)
	}
	if len(there) == 0 || ctx.Err() != nil {
		return kept, ctx.Err()
	}
	user := ""
	if c.Config != nil {
		user = c.Config.User
	}
	uid, gid, numbers := ownerOf(user)
	archive, w := io.Pipe()
	go func() { w.CloseWithError(pack(w, there, uid, gid)) }()
	_, err = e.cli.CopyToContainer(ctx, c.ID, client.CopyToContainerOptions{DestinationPath: "/", Content: archive, CopyUIDGID: !numbers})
	_ = archive.Close() // the Engine may have refused before it read all
	if unreadable, ok := errors.AsType[*unpackable](err); ok {
		return kept, &stack.Problem{What: what, Where: unreadable.path, Err: unreadable.cause}
	}
	return kept, e.problem(ctx, what, err)
}

// ownerOf takes a container's user apart where it is made of numbers, which the
// Engine looks up in vain where the image does not list them; names it knows.
func ownerOf(user string) (uid, gid int, numbers bool) {
	u, g, _ := strings.Cut(user, ":")
	uid, noUID := strconv.Atoi(cmp.Or(u, "0"))
	gid, noGID := strconv.Atoi(cmp.Or(g, "0"))
	return uid, gid, noUID == nil && noGID == nil
}

// remove removes exactly these paths, as root.
func (e *Engine) remove(ctx context.Context, container string, paths []string) error {
	argv := append([]string{"rm", "-rf", "--"}, paths...)
	out, err := e.exec(ctx, container, client.ExecCreateOptions{Cmd: argv, User: "0"})
	if err == nil && out.ExitCode != 0 {
		err = fmt.Errorf("rm: %s", strings.TrimSpace(out.Output))
	}
	return err
}

// unpackable is a file that cannot be sent.
type unpackable struct {
	path  string
	cause error
}

func (u *unpackable) Error() string { return u.path + ": " + u.cause.Error() }
func (u *unpackable) Unwrap() error { return u.cause }

// pack writes files as an archive. One that went away meanwhile is left out: of
// that the next look tells.
func pack(w io.Writer, files []stack.Copy, uid, gid int) error {
	t := tar.NewWriter(w)
	for _, f := range files {
		if err := packOne(t, f, uid, gid); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &unpackable{f.From, err}
		}
	}
	return t.Close()
}

// heldFile is below which size a file is read before it is sent.
const heldFile = 4 << 20

func packOne(t *tar.Writer, f stack.Copy, uid, gid int) error {
	info, err := os.Lstat(f.From)
	if err != nil {
		return err
	}
	link := ""
	if info.Mode()&fs.ModeSymlink != 0 {
		if link, err = os.Readlink(f.From); err != nil {
			return err
		}
	}
	h, err := tar.FileInfoHeader(info, link)
	if err != nil {
		return err
	}
	h.Name = strings.TrimPrefix(path.Clean(f.To), "/")
	if info.IsDir() {
		h.Name += "/"
	}
	h.Uid, h.Gid, h.Uname, h.Gname = uid, gid, "", "" // not those of this machine
	if !info.Mode().IsRegular() {
		return t.WriteHeader(h)
	}
	in, err := os.Open(f.From)
	if err != nil {
		return err
	}
	defer in.Close()
	var content io.Reader = in
	if h.Size < heldFile { // it may have been written since: what is sent is of one moment
		held, err := io.ReadAll(in)
		if err != nil {
			return err
		}
		content, h.Size = bytes.NewReader(held), int64(len(held))
	}
	if err := t.WriteHeader(h); err != nil {
		return err
	}
	if _, err = io.CopyN(t, content, h.Size); errors.Is(err, io.EOF) {
		err = errors.New("it was written while it was sent")
	}
	return err
}

// Hook runs a command in the container that plays a role, and waits for it.
func (e *Engine) Hook(ctx context.Context, r stack.Ref, h stack.Hook) (stack.ExecResult, error) {
	c, err := e.current(ctx, r)
	if err != nil {
		return stack.ExecResult{}, err
	}
	out, err := e.exec(ctx, c.ID, client.ExecCreateOptions{Cmd: h.Argv, User: h.User, WorkingDir: h.Dir, Env: h.Env, Privileged: h.Privileged})
	return out, e.problem(ctx, "running "+strings.Join(h.Argv, " ")+" in "+r.String(), err)
}
