package workflow

import (
	"context"
	"errors"
	"iter"
	"net/http"

	"berth/compose"
	"berth/predict"
	"berth/ready"
	"berth/stack"
)

// Beside is a container from another image that runs beside a service's.
type Beside interface {
	ready.Engine
	Name() string
	Left() []stack.Mount // what the service has mounted, and this has not
	Stats(ctx context.Context, r stack.Ref) iter.Seq2[stack.Sample, error]
	LastLines(ctx context.Context, n int) ([]string, error)
	Remove(ctx context.Context) error
}

// Other is an image that serves beside the one that runs.
type Other struct {
	Beside
	Door  Door
	Image stack.Image
}

// WithOther starts an image beside the running service behind a door, the one
// that it ran before if none is named, waits until it serves, and has something
// done with it. Whatever happens it is removed again.
func (s Stack) WithOther(ctx context.Context, client *http.Client, door Door, image string, h predict.Hints, report stack.Report, do func(context.Context, Other) error) (err error) {
	report = stamped(report)
	service := door.Ref.Service
	p, err := s.load(ctx, []string{service})
	if err != nil {
		return err
	}
	if err := s.sweep(ctx, p, report); err != nil {
		return err
	}
	o := Other{}
	if o.Image, err = s.other(ctx, p, service, image); err != nil {
		return err
	}
	what := stack.Progress{ID: "beside " + service, Service: service, Action: stack.ActStart, Subject: "image " + stack.ShortID(o.Image.ID) + " beside " + service}
	say := func(status stack.Status, text string) {
		now := what
		now.Status, now.Text = status, text
		report(now)
	}
	say(stack.Working, "")
	o.Beside, err = s.Engine.Beside(ctx, p, service, o.Image.ID, s.PublishHost, report)
	if err != nil {
		say(stack.Failed, err.Error())
		return err
	}
	defer func() { err = errors.Join(err, o.Remove(ctx)) }()
	say(stack.Done, o.Name())
	if o.Door, err = s.otherDoor(ctx, client, door, o, h, report); err != nil {
		return err
	}
	return do(ctx, o)
}

// other is the image to compare with.
func (s Stack) other(ctx context.Context, p *compose.Project, service, name string) (stack.Image, error) {
	problem := &stack.Problem{What: "there is no image " + name, Where: "service " + service, Err: stack.ErrUsage, Hint: "`docker images` lists those that the Engine has"}
	if name == "" {
		name = PreviousName(p.Name, service)
		problem.What, problem.Err = "no image of "+service+" to compare with", nil
		problem.Hint = "the loop keeps the one that it replaces, and it has replaced none yet; --ab=IMAGE names one"
	}
	image, ok, err := s.Engine.Image(ctx, name)
	if err == nil && !ok {
		err = problem
	}
	return image, err
}

// otherDoor waits until the other serves, and finds what predicts there.
func (s Stack) otherDoor(ctx context.Context, client *http.Client, door Door, o Other, h predict.Hints, report stack.Report) (Door, error) {
	r := door.Ref
	r.Service += " beside it" // in what is reported of the wait
	wait := ready.WaitOptions{Timeout: s.WaitTimeout, PublishHost: s.PublishHost, Interval: s.ProbeInterval}
	err := ready.Wait(ctx, o, []stack.Ref{r}, wait, report)
	var d stack.Detail
	if err == nil {
		d, err = o.Inspect(ctx, door.Ref)
	}
	if err == nil && !d.Up() {
		err = &stack.Problem{What: "it is not running any more: " + d.State()}
	}
	var other Door
	if err == nil {
		other, err = s.behind(ctx, client, d, publishedBases(d, s.PublishHost), h)
	}
	if err == nil || ctx.Err() != nil {
		return other, err
	}
	problem := &stack.Problem{What: "image " + stack.ShortID(o.Image.ID) + " does not serve beside " + door.Ref.Service, Err: err, Hint: "what was mounted is not there: an image has to serve as it was built"}
	if not, ok := errors.AsType[*ready.NotServing](err); ok {
		problem.Err = not
	}
	if len(o.Left()) == 0 {
		problem.Hint = "see what it wrote"
	}
	const evidence = 10
	problem.Lines, _ = o.LastLines(ctx, evidence) // the wait's failure is told
	return Door{}, problem
}

// sweep removes what killed Berths left beside the services of a project.
func (s Stack) sweep(ctx context.Context, p *compose.Project, report stack.Report) error {
	swept, err := s.Engine.SweepBeside(ctx, p.Name)
	for _, name := range swept {
		report(stack.Progress{ID: "sweep " + name, Action: stack.ActRemove, Status: stack.Done, Subject: "container " + name, Text: "left by a Berth that was killed"})
	}
	return err
}
