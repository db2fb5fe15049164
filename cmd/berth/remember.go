package main

import (
	"errors"

	"berth/store"
	"berth/tui"
)

// firstRun is the name under which it is remembered that there was one. No
// project is called so.
const firstRun = ".first-run"

// lastTheme is the name under which the theme is remembered that a person chose
// on the screen. No project is called so.
const lastTheme = ".theme"

// chosenTheme is a theme that was chosen while the settings said another: it
// counts until they say something else.
type chosenTheme struct {
	Name string `json:"name"`
	Over string `json:"over"`
}

// remembered fills in how the screen was left, and has it remembered how it is
// left now. Where that fails the screen is as for the first time.
func (a *app) remembered(theme string, o *tui.Options) error {
	memory, err := store.OpenMemory("")
	if err != nil {
		return err
	}
	name, seen, last := o.Project.Name, false, chosenTheme{}
	err = errors.Join(memory.Load(name, &o.State), memory.Load(firstRun, &seen), memory.Load(lastTheme, &last))
	o.Tour = !seen
	if c, ok := o.Settings.ThemeNamed(last.Name); ok && last.Over == theme {
		o.Settings.Theme = c
	}
	o.Remember = func(s tui.State) {
		err := errors.Join(memory.Save(name, s), memory.Save(firstRun, true))
		if s.Theme != "" {
			err = errors.Join(err, memory.Save(lastTheme, chosenTheme{s.Theme, theme}))
		}
		if err != nil {
			a.printError(err)
		}
	}
	return err
}
