package dockerops

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"

	helper "github.com/docker/docker-credential-helpers/client"
	"github.com/docker/docker-credential-helpers/credentials"
	"github.com/moby/moby/api/types/registry"

	"berth/stack"
)

// tokenUser is the user name by which a helper says that the secret is an
// identity token.
const tokenUser = "<token>"

// askHelper runs docker-credential-NAME. A helper that has nothing for the
// registry means anonymous.
func askHelper(ctx context.Context, name, key string) (registry.AuthConfig, error) {
	program := "docker-credential-" + name
	found, err := helper.Get(func(args ...string) helper.Program {
		return &helperProgram{cmd: exec.CommandContext(ctx, program, args...)}
	}, key)
	switch {
	case credentials.IsErrCredentialsNotFound(err):
		return registry.AuthConfig{}, nil
	case err != nil:
		return registry.AuthConfig{}, &stack.Problem{
			What: "asking " + program + " for the credentials of " + hostOf(key), Err: err,
			Hint: "install it, or take it out of credsStore and credHelpers in Docker's config.json",
		}
	}
	auth := registry.AuthConfig{ServerAddress: key}
	if found.Username == tokenUser {
		auth.IdentityToken = found.Secret
	} else {
		auth.Username, auth.Password = found.Username, found.Secret
	}
	return auth, nil
}

// helperProgram keeps what the helper says on standard error for the error;
// the library's own prints it over the screen.
type helperProgram struct{ cmd *exec.Cmd }

func (p *helperProgram) Input(in io.Reader) { p.cmd.Stdin = in }

func (p *helperProgram) Output() ([]byte, error) {
	var stderr bytes.Buffer
	p.cmd.Stderr = &stderr
	out, err := p.cmd.Output()
	if said := bytes.TrimSpace(stderr.Bytes()); err != nil && len(said) > 0 {
		err = fmt.Errorf("%w: %s", err, said)
	}
	return out, err
}
