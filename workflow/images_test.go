package workflow

import (
	"testing"

	"github.com/compose-spec/compose-go/v2/types"
)

func TestNeedOf(t *testing.T) {
	var built types.ServiceConfig
	built.Build = &types.BuildConfig{Context: "."}
	with := func(s types.ServiceConfig, policy string) types.ServiceConfig { s.PullPolicy = policy; return s }
	var plain types.ServiceConfig
	plain.Image = "x"
	for _, c := range []struct {
		name           string
		service        types.ServiceConfig
		present, build bool
		want           need
	}{
		{"built, absent", built, false, false, buildImage},
		{"built, present: `up` does not rebuild", built, true, false, haveImage},
		{"built, present, --build", built, true, true, buildImage},
		{"built, present, pull_policy build", with(built, "build"), true, false, buildImage},
		{"image, absent", plain, false, false, pullImage},
		{"image, present", plain, true, false, haveImage},
		{"image, present, --build means nothing", plain, true, true, haveImage},
		{"image, present, pull_policy always", with(plain, "always"), true, false, pullImage},
		{"image, absent, pull_policy never", with(plain, "never"), false, false, missingImage},
		{"image, present, pull_policy never", with(plain, "never"), true, false, haveImage},
	} {
		if got := needOf(c.service, c.present, c.build); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
