package take

import "testing"

func TestWhyAProgramOfThePersonsFailed(t *testing.T) {
	for command, want := range map[string]string{
		"no-such-editor -x": `there is no "no-such-editor -x": set $EDITOR to a program that is there`,
		"exit 3; :":         `"exit 3; :" failed: exit status 3`,
		"test -d":           "",
	} {
		said, _ := ended(t, "EDITOR", command, Shell(command, t.TempDir()).Run()).(Done)
		if said.Text != want {
			t.Errorf("%s: %q, want %q", command, said.Text, want)
		}
	}
}
