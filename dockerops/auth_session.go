package dockerops

import (
	"context"

	"github.com/moby/buildkit/session/auth"
	"google.golang.org/grpc"
)

// sessionAuth answers a build that asks for a registry's credentials. What is
// left unimplemented makes BuildKit fetch tokens itself, in the Engine, as a
// pull does.
type sessionAuth struct {
	auth.UnimplementedAuthServer
	logins logins
}

// Register makes it a session.Attachable.
func (s sessionAuth) Register(server *grpc.Server) { auth.RegisterAuthServer(server, s) }

// Credentials implements the session's protocol; empty means anonymous.
func (s sessionAuth) Credentials(ctx context.Context, r *auth.CredentialsRequest) (*auth.CredentialsResponse, error) {
	found, err := s.logins.lookup(ctx, authKey(r.GetHost()))
	if err != nil {
		return nil, err
	}
	if found.IdentityToken != "" {
		return &auth.CredentialsResponse{Secret: found.IdentityToken}, nil
	}
	return &auth.CredentialsResponse{Username: found.Username, Secret: found.Password}, nil
}
