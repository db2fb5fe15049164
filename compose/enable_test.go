package compose

import (
	"slices"
	"testing"
)

// Naming a service is asking for it: its profile is on, and with it what only
// it uses, as in docker compose.
func TestNamingAServiceSwitchesItsProfileOn(t *testing.T) {
	p := project(t, `
services:
  web: {image: x}
  debug: {image: x, profiles: [debug], networks: [back], volumes: ["tools:/tools"], isolation: process, environment: {A: "1"}}
  trace: {image: x, profiles: [debug]}
  other: {image: x, profiles: [other]}
networks: {back: {}}
volumes: {tools: {}}
`, Options{})
	if len(p.NotApplied) != 0 || len(p.Model.Volumes) != 0 {
		t.Errorf("before: not applied %v, volumes %v", p.NotApplied, p.Model.Volumes)
	}
	on, err := p.Enable([]string{"debug", "web", "nonsense"})
	if err != nil {
		t.Fatal(err)
	}
	if names := on.Names(); !slices.Equal(names, []string{"debug", "trace", "web"}) || !slices.Equal(on.Off, []string{"other"}) {
		t.Errorf("on: %v, off: %v", names, on.Off)
	}
	if len(on.Model.Networks) != 2 || len(on.Model.Volumes) != 1 || len(on.NotApplied) != 1 || on.NotApplied[0].Path != "services.debug.isolation" {
		t.Errorf("networks %v, volumes %v, not applied %v", on.Model.Networks, on.Model.Volumes, on.NotApplied)
	}
	if !slices.Equal(p.Names(), []string{"web"}) {
		t.Errorf("the project itself has changed: %v", p.Names())
	}
	if same, err := p.Enable([]string{"web"}); err != nil || same != p {
		t.Errorf("got another project, or %v", err)
	}
	with, err := on.Hash("debug", nil)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := project(t, "services:\n  debug: {image: x, profiles: [debug], networks: [back], volumes: ['tools:/tools'], isolation: process, environment: {A: '1'}}\nnetworks: {back: {}}\nvolumes: {tools: {}}", Options{Profiles: []string{"debug"}}).Hash("debug", nil)
	if err != nil || with != asked {
		t.Errorf("hash %s, with --profile %s (%v)", with, asked, err)
	}
}
