package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"berth/safetext"
	"berth/stack"

	"github.com/spf13/cobra"
)

// release is set when a release is linked: -ldflags "-X main.release=v1.2.3".
var release string

// version is the release, or what the Go toolchain knows of the build.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the versions of Berth and of the Engine",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			doc := struct {
				Berth  string        `json:"berth"`
				Go     string        `json:"go"`
				Engine *stack.Engine `json:"engine,omitempty"`
				Error  string        `json:"engine_error,omitempty"`
			}{Berth: version(), Go: runtime.Version()}
			e, err := a.engine(cmd.Context())
			if err == nil {
				var info stack.Engine
				if info, err = e.Info(cmd.Context()); err == nil {
					doc.Engine = &info
				}
			}
			if err != nil { // Berth's own version is still the answer
				doc.Error = err.Error()
			}
			if a.json {
				return safetext.NewEncoder(a.out).Encode(doc)
			}
			fmt.Fprintf(a.out, "berth   %s (%s)\n", doc.Berth, doc.Go)
			if doc.Engine == nil {
				fmt.Fprintf(a.out, "engine  not reached: %s\n", doc.Error)
				return nil
			}
			fmt.Fprintf(a.out, "engine  %s, API %s, %s at %s (%s)\n", doc.Engine.Version, doc.Engine.APIVersion, doc.Engine.Platform, doc.Engine.Endpoint, doc.Engine.Context)
			return nil
		},
	}
}
