package main

import (
	"errors"

	"berth/store"
	"berth/tui"
)

// firstRun is the name under which it is remembered that there was one. No
// project is called so.
const firstRun = ".first-run"

// remembered fills in how the screen was left, and has it remembered how it is
// left now. Where that fails the screen is as for the first time.
func (a *app) remembered(o *tui.Options) error {
	memory, err := store.OpenMemory("")
	if err != nil {
		return err
	}
	name, seen := o.Project.Name, false
	err = errors.Join(memory.Load(name, &o.State), memory.Load(firstRun, &seen))
	o.Tour = !seen
	o.Remember = func(s tui.State) {
		if err := errors.Join(memory.Save(name, s), memory.Save(firstRun, true)); err != nil {
			a.printError(err)
		}
	}
	return err
}
