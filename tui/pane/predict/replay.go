package predict

import (
	"context"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/predict"
	"berth/safetext"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/outline"
	"berth/tui/theme"
)

// Replayed is an answer that was not asked for in the pane: the last body, sent
// again by a rebuild.
type Replayed struct {
	Ref      stack.Ref
	At       time.Time
	Endpoint string
	Body     string
	Response predict.Response
	// Against is the answer that it is compared with: "12:01:40, image 1a2b3c";
	// empty: there was none.
	Against     string
	Result      string   // what the comparison says in one line
	Differs     bool     // the answers do
	Differences []string // where, when there are several
}

// replayed is such an answer on its way to the screen.
type replayed struct {
	ref    stack.Ref
	answer answer
}

// hear opens the stream of them, the first time.
func (p *Pane) hear() tea.Cmd {
	if p.replays != nil {
		return nil
	}
	p.replays = feed.Open(p.group, feed.Newest[replayed](pastAnswers))
	p.replays.Go(func(ctx context.Context, emit func(replayed)) error {
		for r, err := range p.predictor.Replays(ctx) {
			if err != nil {
				return err
			}
			emit(replayed{r.Ref, answer{
				Response: r.Response, at: r.At, took: r.Response.Timing.Total, asked: r.Endpoint, doc: outline.Read(r.Response.Body), against: &r,
			}})
		}
		return ctx.Err()
	})
	return p.replays.Next
}

// heard takes them up as if they had been asked for here.
func (p *Pane) heard(b feed.Batch[replayed]) tea.Cmd {
	if b.From != p.replays {
		return nil
	}
	var cmd tea.Cmd
	for _, r := range b.Items {
		s := p.of(r.ref)
		s.stopped, s.held = false, false
		s.answered(r.answer, nil)
		if s.behind = r.ref != p.service.Ref; !s.behind {
			s.sending.Close() // what is still under way is of the container before
			cmd = p.look()
		}
	}
	if b.Done {
		return cmd
	}
	return tea.Batch(cmd, p.replays.Next)
}

// comparedMost is how many differences are listed.
const comparedMost = 5

// comparison is what an answer of a rebuild has to do with the one before.
func (p *Pane) comparison(s *session, w int) (lines []string) {
	r := s.last.against
	if r == nil {
		return nil
	}
	t := p.theme
	say := func(style func(...string) string, mark, text string) {
		for _, l := range theme.Wrap(safetext.Line(text), max(1, w-theme.Width(mark))) {
			lines = append(lines, style(mark+l))
			mark = "  "
		}
	}
	if r.Against == "" {
		say(t.Muted.Render, "↻ ", "sent by the rebuild; there was no answer to compare it with")
		return lines
	}
	style := t.Tone(theme.Good).Render
	if r.Differs {
		style = t.Tone(theme.Warn).Render
	}
	say(style, "↻ ", r.Result)
	for _, d := range r.Differences[:min(len(r.Differences), comparedMost)] {
		say(t.Text.Render, "  ", d)
	}
	if more := len(r.Differences) - comparedMost; more > 0 {
		say(t.Muted.Render, "  ", fmt.Sprintf("and %d more", more))
	}
	say(t.Muted.Render, "  ", "against "+r.Against)
	return lines
}
