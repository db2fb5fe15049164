package tui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/spinner"

	"berth/safetext"
	"berth/stack"
	"berth/tui/bind"
	"berth/tui/services"
	"berth/tui/theme"
)

// oneWord is a name that came from outside, safe to show.
func oneWord(s string) string { return safetext.Line(s) }

// header is who and where one is: the project, the Engine, how many serve. In
// little room the Engine says less.
func (r *root) header() string {
	t, w := r.theme, r.layout.Header.W
	left := t.Accent.Render("berth") + "  " + t.Strong.Render(oneWord(r.o.Project.Name))
	if text := r.followText(); text != "" {
		style := t.Muted
		if r.following.paused {
			style = t.Tone(theme.Warn)
		}
		left += "  " + style.Render(text)
	}
	right, apart := r.servingText(), "   "
	if right == "" {
		apart = ""
	}
	room := w - theme.Width(left) - theme.Width(apart+right) - 2
	for _, engine := range r.engineTexts() {
		if theme.Width(engine) <= room {
			right = t.Muted.Render(engine) + apart + right
			break
		}
	}
	return theme.Spread(left, right, w)
}

// engineTexts say which Engine it is, the most telling first.
func (r *root) engineTexts() []string {
	e := r.snapshot.Engine
	if !r.known && r.snapshot.Down == "" {
		return []string{"Engine …"}
	}
	version := oneWord(e.Version)
	short, _, _ := strings.Cut(version, "+") // without what a distribution adds
	all := []string{"Engine " + oneWord(version+" "+e.Context), "Engine " + oneWord(short+" "+e.Context), "Engine " + short}
	for n := range all {
		all[n] = strings.Join(strings.Fields(all[n]), " ")
	}
	return all
}

// servingText is how many services serve, empty while that is not known.
func (r *root) servingText() string {
	t := r.theme
	serving, of := services.Serving(r.list.Rows())
	tone := theme.Working
	switch {
	case r.snapshot.Down != "":
		return t.Tone(theme.Bad).Render("✕ not reachable")
	case !r.known:
		return ""
	case serving == of:
		tone = theme.Good
	case serving == 0:
		tone = theme.Off
	}
	return t.Tone(tone).Render(fmt.Sprintf("%d of %d serving", serving, of))
}

// title is the window's: what one wants to know while looking elsewhere.
func (r *root) title() string {
	serving, of := services.Serving(r.list.Rows())
	name := oneWord(r.o.Project.Name)
	switch {
	case len(r.jobs) > 0:
		return oneWord(r.jobs.String()) + "… – " + name
	case r.snapshot.Down != "":
		return name + ": no Engine – berth"
	case !r.known:
		return name + " – berth"
	default:
		return fmt.Sprintf("%s: %d of %d serving – berth", name, serving, of)
	}
}

// tour is what a first run says while there is nothing else to say.
func (r *root) tour() string {
	t := r.theme
	item := func(id, does string) string { return t.Key.Render(r.keyName(id)) + t.Muted.Render(" "+does+"   ") }
	return t.Muted.Render("New here?  ") + item("work.up", "brings it up") + item("work.predict", "predicts") +
		item("screen.next", "to the pane") + item("berth.palette", "every command")
}

// banner says that the Engine is away, why, and when it is tried again.
func (r *root) banner() string {
	if r.snapshot.Down == "" {
		return ""
	}
	when := ""
	if left := r.snapshot.Retry.Sub(r.now); left > 0 {
		when = "trying again in " + theme.Clock(left+time.Second-1) // counts down to 1 s
	} else {
		when = "trying again…"
	}
	t := r.theme
	why := t.Tone(theme.Bad).Render("✕ " + strings.Join(safetext.Block(r.snapshot.Down), " "))
	return theme.Spread(why, t.Muted.Render(when+" "), r.w-1)
}

// spin is the spinner's picture for now.
func (r *root) spin() string {
	f := spinner.MiniDot.Frames
	return f[r.now.UnixMilli()/100%int64(len(f))]
}

// answerTime is how long why a key does nothing stands in the place of the work
// that is the reason.
const answerTime = 3 * time.Second

// status is what is going on, or what there was to say last; on the right,
// what the compose file has that is not applied.
func (r *root) status() string {
	t, w := r.theme, r.layout.Status.W
	right := r.noticeText()
	if r.mouse {
		right = t.Key.Render(r.keyName("screen.mouse")) + t.Muted.Render(" takes the mouse back")
	}
	n := r.note
	answered := n.tone == theme.Warn && r.now.Sub(n.at) < answerTime
	if j := r.jobs.current(r.selectedName()); j != nil && (j.cancelled || !answered) {
		return r.working(j, w)
	}
	switch {
	case !n.past(r.now):
		return theme.Spread(r.said(n), cmp.Or(r.more(n), right), w)
	case r.o.Tour && r.known && r.snapshot.Down == "":
		return theme.Spread(r.tour(), right, w)
	default:
		return theme.Spread("", right, w)
	}
}

// said is a note in the status line: as time goes by it fades, what is wrong
// with its age.
func (r *root) said(n note) string {
	t, age := r.theme, n.age(r.now)
	style := t.Tone(n.tone)
	if age != "" && n.tone == theme.Good {
		style = t.Muted
	}
	if age != "" {
		age = t.Muted.Render("  " + age)
	}
	return style.Render(n.glyph+" "+n.text) + age
}

// more is where there is more to read than a note says.
func (r *root) more(n note) string {
	t := r.theme
	item := func(id, what string) string { return t.Key.Render(r.keyName(id)) + t.Muted.Render(" "+what) }
	var all []string
	if n.offer != "" {
		all = append(all, item(n.offer, "plan"))
	}
	if r.unread > 1 {
		all = append(all, item("screen.messages", fmt.Sprintf("%d more", r.unread-1)))
	}
	if n.err != nil {
		all = append(all, item("screen.error", "details"))
	}
	return strings.Join(all, "   ")
}

// working is the work that runs: what, for how long, how far, and how to
// cancel it.
func (r *root) working(j *job, w int) string {
	t := r.theme
	left := t.Tone(theme.Working).Render(r.spin()+" "+j.Title) + "  " + theme.Clock(j.Took(r.now))
	if now := j.Current(); now != nil {
		what := oneWord(now.Subject)
		if now.Action != stack.ActBuild {
			what = string(now.Action) + " " + what
		}
		if now.Text != "" {
			what += ": " + oneWord(now.Text)
		}
		left += "  " + t.Muted.Render(what)
	}
	right := t.Key.Render(r.keyName("work.cancel")) + t.Muted.Render(" cancel")
	switch {
	case j.cancelled:
		right = t.Tone(theme.Warn).Render("cancelling…")
	case j.anew != nil:
		right = t.Tone(theme.Warn).Render("ending, to begin anew with the sources as they are now")
	}
	if over, total := j.Count(); total > 0 {
		right = t.Muted.Render(fmt.Sprintf("%d/%s", over, theme.Count(total, "step"))) + "   " + right
	}
	if more := len(r.jobs) - 1; more > 0 {
		right = t.Muted.Render(fmt.Sprintf("+%d running", more)) + "   " + right
	}
	return theme.Spread(left, right, w)
}

// help names the keys that work now, those of the focus first.
func (r *root) help() string {
	t := r.theme
	const gap = "  "
	last := t.Key.Render(r.keyName("berth.help")) + t.Muted.Render(" all keys") + gap + t.Key.Render(r.keyName("berth.quit")) + t.Muted.Render(" quit")
	if r.typing() {
		last = t.Key.Render("ctrl+c") + t.Muted.Render(" quit") // the others are text now
	}
	line, room := "", r.layout.Help.W-theme.Width(last)-len(gap)
	taken := map[string]bool{}
	for _, a := range r.keys() {
		if r.typing() {
			a.Keys = slices.DeleteFunc(slices.Clone(a.Keys), bind.Text) // they are typed
		}
		if a.Off != "" || len(a.Keys) == 0 {
			continue
		}
		was := taken[a.Keys[0]]
		for _, k := range a.Keys {
			taken[k] = true
		}
		if a.Quiet || was { // its key does something else here
			continue
		}
		item := t.Key.Render(a.Label()) + " " + t.Muted.Render(a.Desc) + gap
		if theme.Width(line)+theme.Width(item) > room {
			break
		}
		line += item
	}
	return theme.Spread(line, last, r.layout.Help.W)
}
