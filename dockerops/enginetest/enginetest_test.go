package enginetest

import (
	"testing"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// What a test made under its name is gone when it has ended; what only has a
// similar name stays.
func TestNameIsSwept(t *testing.T) {
	c := Client(t)
	other := Name(t)
	if _, err := c.VolumeCreate(t.Context(), client.VolumeCreateOptions{Name: other + "-v"}); err != nil {
		t.Fatal(err)
	}
	var name string
	t.Run("makes things", func(t *testing.T) {
		name = Name(t)
		ctx := t.Context()
		label := map[string]string{projectLabel: name}
		image := name + "/image:1"
		if _, err := c.ImageTag(ctx, client.ImageTagOptions{Source: Busybox(t), Target: image}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.VolumeCreate(ctx, client.VolumeCreateOptions{Name: name + "-v"}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.NetworkCreate(ctx, name+"-n", client.NetworkCreateOptions{}); err != nil {
			t.Fatal(err)
		}
		made, err := c.ContainerCreate(ctx, client.ContainerCreateOptions{
			Config:     &container.Config{Image: image, Cmd: []string{"sleep", "600"}, Labels: label},
			HostConfig: &container.HostConfig{Binds: []string{name + "-v:/data"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.NetworkConnect(ctx, name+"-n", client.NetworkConnectOptions{Container: made.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ContainerStart(ctx, made.ID, client.ContainerStartOptions{}); err != nil {
			t.Fatal(err)
		}
	})
	if found, err := remove(t.Context(), c, name); found != 0 || err != nil {
		t.Errorf("after the test %d things were left: %v", found, err)
	}
	if _, err := c.VolumeInspect(t.Context(), other+"-v", client.VolumeInspectOptions{}); err != nil {
		t.Errorf("another test's volume: %v", err)
	}
	if _, err := c.ImageInspect(t.Context(), busyboxTag); err != nil {
		t.Errorf("the shared image: %v", err)
	}
}
