package main

import (
	"context"
	"errors"
	"io"
	"testing"

	"berth/stack"

	"github.com/creack/pty"
)

// A person is asked on the terminal, and can interrupt the question; where
// nobody can be asked the answer is no.
func TestConfirm(t *testing.T) {
	t.Setenv("TERM", "xterm")
	for name, c := range map[string]struct {
		typed string
		want  error
	}{
		"yes":         {"y\n", nil},
		"no":          {"n\n", stack.ErrRefused},
		"a line end":  {"\n", stack.ErrRefused},
		"ctrl+d":      {"\x04", stack.ErrRefused},
		"interrupted": {"", context.Canceled},
	} {
		t.Run(name, func(t *testing.T) {
			person, tty, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer person.Close()
			defer tty.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			asked, w := io.Pipe()
			a := &app{streams: streams{in: tty, out: io.Discard, err: w}}
			answered := make(chan error)
			go func() { answered <- a.confirm(ctx, "rewrite it?", false) }()
			question := make([]byte, len("rewrite it? [y/N] "))
			if _, err := io.ReadFull(asked, question); err != nil || string(question) != "rewrite it? [y/N] " {
				t.Fatalf("%q, %v", question, err)
			}
			if c.typed == "" {
				cancel()
			} else if _, err := person.WriteString(c.typed); err != nil {
				t.Fatal(err)
			}
			if err := <-answered; !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
				t.Errorf("got %v", err)
			}
		})
	}
	a := &app{}
	if err := a.confirm(t.Context(), "rewrite it?", true); err != nil {
		t.Errorf("with --yes: %v", err)
	}
}
