package workflow

import (
	"context"
	"path"
	"strconv"
	"sync"
	"time"

	"github.com/docker/go-units"

	"berth/compose"
	"berth/sources"
	"berth/stack"
)

// Builds remembers builds.
type Builds interface {
	// List is those of a service, newest first.
	List(project, service string) ([]stack.Build, error)
	Save(b stack.Build) error
}

// building is what one build of a service has to do beside building: to look
// what it is made of, to say why steps run, and to remember it.
type building struct {
	Stack
	project *compose.Project
	service string
	options BuildOptions
	made    subject
	*recorder

	was      sources.Manifest // what the image was built from that is there
	manifest sources.Manifest
	unlisted error         // why it is not known what the image is made of
	known    chan struct{} // closed when it is known what has changed
}

// build builds a service's image and records what it was built from: as that is
// before, so that an edit during the build counts as one after it.
func (s Stack) build(ctx context.Context, p *compose.Project, service string, o BuildOptions, report stack.Report) (string, error) {
	made, unlisted := buildSubject(p, service, o)
	if err := made.refuse(service, o); err != nil {
		return "", err
	}
	b := &building{Stack: s, project: p, service: service, options: o, made: made, unlisted: unlisted, known: make(chan struct{})}
	hide := newHider(made.args, s.Secret)
	b.recorder = newRecorder(stack.Build{At: time.Now(), Project: p.Name, Service: service, Options: hide.options(o)}, hide, report)
	if o.OneOff() {
		report(b.note("options", stack.Done, "built with "+o.String()+" this time only; the next build is as the compose file says"))
	}
	if err := b.look(ctx); err != nil {
		return "", err
	}
	reading, stop := context.WithCancel(ctx)
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { b.read(reading) })
	id, err := s.Engine.Build(ctx, p, service, o, b.take(reading, b.known))
	if err != nil {
		stop()
		err = b.hide.error(err)
	}
	wg.Wait()
	if err == nil && made.remote == "" && s.Manifests != nil {
		if b.unlisted == nil {
			b.unlisted = s.Manifests.Save(id, b.manifest)
		}
		if b.unlisted != nil {
			report(b.note("sources", stack.Warning, "whether its sources are newer than this image will not be known: "+b.unlisted.Error()))
		}
	}
	return id, b.end(ctx, id, err)
}

// note is something to say of the build.
func (b *building) note(id string, status stack.Status, text string) stack.Progress {
	return stack.Progress{
		ID: id + " " + b.service, Service: b.service, Action: stack.ActNote, Status: status,
		Subject: b.service, Text: text,
	}
}

// look finds out what there was before, and lists the files.
func (b *building) look(ctx context.Context) error {
	image, _, err := b.Engine.Image(ctx, b.project.ImageName(b.service))
	if err != nil {
		return err
	}
	b.record.Before = stack.BuiltImage{ID: image.ID, Size: image.Size}
	b.before = history{noCache: b.options.NoCache, file: b.made.file}
	if b.Builds != nil {
		if b.before.builds, err = b.Builds.List(b.project.Name, b.service); err != nil {
			b.report(b.note("builds", stack.Warning, err.Error()))
		}
	}
	if b.made.remote != "" || b.Manifests == nil || b.unlisted != nil {
		return nil
	}
	base := image.ID
	if last, ok := b.before.last(); ok {
		base = last.After.ID
	}
	if ok, err := b.Manifests.Load(base, &b.was); err != nil || !ok {
		b.was, b.before.unknown = sources.Manifest{}, true
	}
	if b.manifest, b.unlisted = sources.Look(ctx, b.made.Subject, b.was); b.unlisted != nil {
		return nil
	}
	files := b.manifest.Trees[0].Files
	b.record.Context = sources.Sent(files, b.made.takes)
	b.warn(sources.Burdens(files, b.made.takes))
	return nil
}

// mostBurdens is how many warnings of one context are told each by itself.
const mostBurdens = 4

func (b *building) warn(all []sources.Burden) {
	for n, one := range all {
		if n == mostBurdens && len(all) > mostBurdens+1 {
			b.report(b.note("burden", stack.Warning, strconv.Itoa(len(all)-n)+" more such files are sent to the build"))
			return
		}
		size := units.HumanSize(float64(one.Bytes))
		if one.Files > 1 {
			size += " in " + strconv.Itoa(one.Files) + " files"
		}
		b.report(b.note("burden "+one.Ignore, stack.Warning, "sent to the build: "+one.What+" ("+size+"); unless the image needs it, add the line "+one.Ignore+" to "+path.Join(b.made.Trees[0].Name, sources.IgnoreFile)))
	}
}

// read reads what is not known of the files, and compares.
func (b *building) read(ctx context.Context) {
	defer close(b.known)
	b.before.bases = map[string]string{}
	for _, name := range b.made.file.Bases() {
		if image, ok, err := b.Engine.Image(ctx, name); err == nil && ok { // else its digest is told
			b.before.bases[name] = image.ID
		}
	}
	if b.made.remote != "" || b.Manifests == nil {
		b.before.unknown = true
		return
	}
	if b.unlisted == nil {
		b.unlisted = b.manifest.Read(ctx, b.made.Subject)
	}
	if b.unlisted == nil && !b.before.unknown {
		b.before.since(b.made, sources.Compare(b.made.Subject, b.was, b.manifest))
	}
}

// end remembers the build, and says what came of it.
func (b *building) end(ctx context.Context, id string, err error) error {
	if err == nil {
		image, _, unseen := b.Engine.Image(ctx, id)
		if unseen != nil {
			return unseen
		}
		b.record.After = stack.BuiltImage{ID: id, Size: image.Size}
	}
	b.finish(ctx, b.before.bases, err)
	if b.Builds != nil {
		if unsaved := b.Builds.Save(b.record); unsaved != nil {
			b.report(b.note("builds", stack.Warning, unsaved.Error()))
		}
	}
	b.last()
	return err
}
