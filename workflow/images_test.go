package workflow

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/types"

	"berth/compose"
	"berth/stack"
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

// unreachable is an Engine that builds, after every pull has failed.
type unreachable struct {
	Engine
	failed chan struct{}
}

func (e unreachable) Pull(context.Context, string, string, string, stack.Report) (string, error) {
	e.failed <- struct{}{}
	return "", errors.New("the registry does not answer")
}

func (e unreachable) Image(context.Context, string) (stack.Image, bool, error) {
	return stack.Image{}, false, nil
}

func (e unreachable) Build(ctx context.Context, _ *compose.Project, _ string, _ BuildOptions, _ stack.Report) (string, error) {
	<-e.failed
	<-e.failed
	return "built", ctx.Err()
}

func TestAPullThatFailsLetsTheBuildGoOn(t *testing.T) {
	var built, pulled types.ServiceConfig
	built.Build, pulled.Image = &types.BuildConfig{Context: "."}, "somewhere/x"
	p := &compose.Project{Name: "p", Model: &types.Project{Services: types.Services{"model": built, "a": pulled, "b": pulled}}}
	ids := map[string]string{}
	_, err := Stack{Engine: unreachable{failed: make(chan struct{})}}.provide(t.Context(), p, []string{"a", "b", "model"}, ids, false, BuildOptions{}, nil)
	if ids["model"] != "built" {
		t.Error("the build was lost")
	}
	if err == nil || strings.Count(err.Error(), "does not answer") != 2 {
		t.Errorf("of two pulls that failed it is said: %v", err)
	}
}
