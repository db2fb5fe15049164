package predict

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	"berth/stack"
	"berth/tui/take"
)

// outside is a body being edited in the person's own editor, which has the
// terminal meanwhile.
type outside struct {
	command        string
	body           []byte
	stdin          io.Reader
	stdout, stderr io.Writer
}

// edited is the message that it came back.
type edited struct {
	ref  stack.Ref // whose body it is
	body []byte
	err  error
}

// editOutside opens a body in $VISUAL or $EDITOR.
func editOutside(ref stack.Ref, body []byte) tea.Cmd {
	o := &outside{command: take.Editor(), body: body}
	return tea.Exec(o, func(err error) tea.Msg { return edited{ref, o.body, err} })
}

// SetStdin, SetStdout and SetStderr give the editor its terminal.
func (o *outside) SetStdin(r io.Reader)  { o.stdin = r }
func (o *outside) SetStdout(w io.Writer) { o.stdout = w }
func (o *outside) SetStderr(w io.Writer) { o.stderr = w }

// Run is one session of editing. The file is the person's alone, and gone
// afterwards.
func (o *outside) Run() (err error) {
	f, err := os.CreateTemp("", "berth-body-*.json")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	_, err = f.Write(append(o.body, '\n'))
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	cmd := take.Shell(o.command, f.Name())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.stdin, o.stdout, o.stderr
	if err = cmd.Run(); err != nil {
		return fmt.Errorf("the editor %q: %w", o.command, err)
	}
	body, err := os.ReadFile(f.Name())
	if err == nil {
		o.body = []byte(strings.TrimRight(string(body), "\n"))
	}
	return err
}
