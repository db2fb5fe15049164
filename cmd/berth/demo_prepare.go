package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"berth/compose"
	"berth/dockerops"
	"berth/stack"
)

// standinLabel marks an image made in place of an official one that could not
// be pulled; its value begins with "standin:". The private engine's scripts
// write it.
const standinLabel = "org.opencontainers.image.title"

// prepare points the compose options at the demo's folder and sets the
// variables of its compose file: free ports, and the requirements that the
// base image can install.
func (d *demo) prepare(ctx context.Context, e *dockerops.Engine) error {
	d.project.ProjectDir, d.project.WorkingDir = d.dir, d.dir
	d.project.Environ = os.Environ()
	p, err := d.load(ctx)
	if err != nil {
		return err
	}
	if err := d.choosePorts(ctx, e, p); err != nil {
		return err
	}
	base, err := baseImage(filepath.Join(d.dir, "Dockerfile"))
	if err != nil {
		return err
	}
	images := []string{base}
	for _, service := range p.Model.Services {
		if service.Build == nil {
			images = append(images, service.Image)
		}
	}
	if err := d.pull(ctx, e, images); err != nil {
		return err
	}
	img, _, err := e.Image(ctx, base)
	if err != nil {
		return err
	}
	if strings.HasPrefix(img.Labels[standinLabel], "standin:") {
		d.project.Environ = append(d.project.Environ, "REQUIREMENTS=requirements.offline.txt")
		d.say("engine    %s stands in for the official base image: made from Debian's packages, since it cannot be pulled here", base)
	}
	return nil
}

// pull gets the images that are not there. An Engine that cannot is a dead end
// for the demo, so the way out is said.
func (d *demo) pull(ctx context.Context, e *dockerops.Engine, images []string) error {
	progress := d.progress(false)
	err := func() error {
		for _, ref := range images {
			if _, there, err := e.Image(ctx, ref); err != nil {
				return err
			} else if there {
				continue
			}
			if _, err := e.Pull(ctx, "demo", ref, "", progress.report); err != nil {
				if ctx.Err() != nil {
					return err
				}
				return &stack.Problem{
					What: "this Engine has no image " + ref + " and cannot pull it", Err: err,
					Hint: "in Berth's source, on Debian as root, `make demo ENGINE=private` runs the demo on an engine of its own with stand-ins",
				}
			}
		}
		return nil
	}()
	return progress.done(err)
}

// choosePorts keeps the ports of a demo that is up, and else takes the usual
// ones, or free ones where somebody else has them.
func (d *demo) choosePorts(ctx context.Context, e *dockerops.Engine, p *compose.Project) error {
	for _, v := range []struct {
		name, service string
		usual         int
		container     uint16
	}{{"API_PORT", "model-api", 8000, 8000}, {"PROMETHEUS_PORT", "prometheus", 9090, 9090}} {
		if os.Getenv(v.name) != "" {
			continue
		}
		port := 0
		detail, err := e.Inspect(ctx, stack.Ref{Project: p.Name, Service: v.service, Number: 1})
		switch {
		case err == nil:
			for _, q := range detail.Ports {
				if q.Container == v.container && q.Host != 0 {
					port = int(q.Host)
				}
			}
		case !errors.Is(err, dockerops.ErrNoContainer):
			return err
		}
		if port == 0 {
			if port, err = freePort(v.usual); err != nil {
				return err
			}
			if port != v.usual {
				d.say("ports     %d is taken: %s is on %d", v.usual, v.service, port)
			}
		}
		d.project.Environ = append(d.project.Environ, v.name+"="+strconv.Itoa(port))
	}
	return nil
}

// freePort is the wanted port if nobody listens on it, else one that the
// kernel picks.
func freePort(wanted int) (int, error) {
	l, err := net.Listen("tcp", fmt.Sprintf(":%d", wanted))
	if err != nil {
		if l, err = net.Listen("tcp", ":0"); err != nil {
			return 0, fmt.Errorf("finding a free port: %w", err)
		}
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// baseImage is the image of a Dockerfile's first FROM.
func baseImage(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && strings.EqualFold(words[0], "FROM") {
			return words[1], nil
		}
	}
	return "", &stack.Problem{What: "no FROM in the demo's Dockerfile", Where: path, Hint: "remove the folder: `berth demo` writes it anew"}
}
