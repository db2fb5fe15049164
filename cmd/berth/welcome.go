package main

import (
	"context"
	"os"

	"berth/tui"
)

// welcome asks somebody in a folder without a compose file how to begin, and
// begins.
func (a *app) welcome(ctx context.Context) error {
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	settings, err := a.loadSettings(dir)
	if err != nil {
		return err
	}
	colours, _ := chooseTheme(settings) // loadSettings told what is wrong with it
	how, err := tui.Welcome(ctx, dir, tui.Settings{Theme: colours, ASCII: asciiOnly(settings)})
	if err != nil {
		return err
	}
	a.settings = nil // of this folder; the project's are read with it
	switch how {
	case tui.WriteProject:
		if _, err := writeProject(dir); err != nil {
			return err
		}
		return a.dashboard(ctx, dashboardOptions{})
	case tui.OpenDemo:
		d, err := a.demoIn("")
		if err != nil {
			return err
		}
		return d.run(ctx, false)
	default:
		return nil
	}
}
