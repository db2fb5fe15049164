package store

import (
	"fmt"
	"os"
	"path/filepath"
)

// ConfigDir is where settings are: $XDG_CONFIG_HOME/berth, or ~/.config/berth.
func ConfigDir() (string, error) { return xdg("XDG_CONFIG_HOME", ".config") }

// StateDir is where history is: $XDG_STATE_HOME/berth, or ~/.local/state/berth.
func StateDir() (string, error) { return xdg("XDG_STATE_HOME", ".local/state") }

// stateFolder is dir, or where that is empty the folder of that name in StateDir.
func stateFolder(dir, name string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	state, err := StateDir()
	return filepath.Join(state, name), err
}

// DataDir is where there is what the user may want to keep, such as the demo's
// project: $XDG_DATA_HOME/berth, or ~/.local/share/berth.
func DataDir() (string, error) { return xdg("XDG_DATA_HOME", ".local/share") }

// xdg follows the base directory specification: a relative path is ignored.
func xdg(variable, fallback string) (string, error) {
	if dir := os.Getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "berth"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("neither %s nor a home directory is set: %w", variable, err)
	}
	return filepath.Join(home, fallback, "berth"), nil
}
