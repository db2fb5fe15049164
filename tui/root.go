package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"berth/compose"
	"berth/stack"
	"berth/tui/dialog"
	"berth/tui/feed"
	"berth/tui/palette"
	"berth/tui/pane/health"
	"berth/tui/pane/logs"
	"berth/tui/pane/predict"
	"berth/tui/services"
	"berth/tui/theme"
	"berth/tui/usage"
)

// region is what has the focus.
type region int

const (
	onServices region = iota
	onPane
)

// root owns focus and routing. It reads memory only: whatever takes time runs
// in its group and comes back as a message.
type root struct {
	o     Options
	group *feed.Group

	now    time.Time // as of the last message
	w, h   int
	layout Layout
	theme  theme.Theme

	light   bool                 // the terminal's background; dark until it tells
	profile colorprofile.Profile // its colours; all of them until it tells

	colours    theme.Choice
	recoloured bool          // by the person, in this run
	preview    *theme.Choice // in place of it, while the palette shows what it would look like

	watch    *feed.Stream[stack.Snapshot]
	snapshot stack.Snapshot
	known    bool // the Engine has answered

	list      services.List
	meter     *usage.Meter
	panes     []pane
	logs      *logs.Pane
	health    *health.Pane
	build     *builds
	predict   *predict.Pane
	active    int // the pane that has the focus, or had it last
	beside    int // the pane beside the logs, or shown last but them
	visible   []bool
	before    *seen // what work led away from
	focus     region
	zoom      bool
	mouse     bool               // is the terminal's own, to select text with
	away      bool               // the terminal has not the focus
	focusTold bool               // it tells when that changes
	touched   time.Time          // when a key was pressed last
	alarmed   map[stack.Ref]bool // services that turned bad, and of which that was told
	split     bool               // wanted, where there is room

	dialogs  dialog.Stack
	palette  *palette.Palette // nil: closed
	wish     *wish            // how a service is to be rebuilt, while one types it
	wishes   map[string]*wish // by service
	at       Rect             // where the topmost of them was drawn
	plan     feed.Slot[compose.Plan]
	question question // that the plan is for

	files     *feed.Stream[reading]
	following following
	sources   comparing
	broken    error  // why the compose file cannot be read now
	warned    string // the other folder that was told of

	jobs    jobs
	worked  worked
	note    note
	told    []note // the last of them
	unread  int    // that came one upon the other
	present bool   // a key was pressed since the last
	leaving bool   // quit when the job has ended
	ticking bool

	drawn    string // the screen as it was drawn last; empty: it is to be drawn anew
	ages     string // of its list
	measured bool   // something since then
}

func newRoot(o Options, g *feed.Group) *root {
	r := &root{
		o:       o,
		group:   g,
		now:     time.Now(),
		touched: time.Now(),
		meter:   usage.New(g, o.Engine),
		logs:    logs.New(g, o.Engine, o.Settings.Logs),
		health:  health.New(g, o.Engine, o.Project.Needing),
		build:   newBuilds(g, o.Builds, o.Settings.Logs),
		predict: predict.New(g, o.Predictor, predict.Clipboard{Write: o.Settings.Logs.Copy, Read: o.Settings.Paste}),
		active:  max(0, min(o.Start, panePredict)),
		beside:  paneHealth,
		split:   true,
		worked:  worked{},
		wishes:  map[string]*wish{},
		profile: colorprofile.TrueColor,
		colours: o.Settings.Theme,
	}
	r.panes = []pane{
		paneLogs:    r.logs,
		paneHealth:  r.health,
		paneBuild:   r.build,
		panePredict: r.predict,
	}
	r.visible = make([]bool, len(r.panes))
	r.restyle()
	r.list.SetRows(services.Rows(o.Project.Name, o.Project.Services, r.snapshot))
	r.recall(o.State)
	for _, err := range o.Amiss {
		r.fail("settings", err)
	}
	return r
}

// Init begins to watch, and asks the terminal for its background.
func (r *root) Init() tea.Cmd {
	begin := tea.Batch(r.observe(), r.heed(), tea.RequestBackgroundColor, r.tick(), r.selected(), r.place())
	if r.o.Up {
		return tea.Batch(begin, r.up())
	}
	return begin
}

// Update is the one entry of all messages.
func (r *root) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	r.now = time.Now()
	switch msg.(type) {
	case feed.Batch[usage.Reading]:
		r.measured = true // the next second shows it
	case feed.Answer[compared]: // mostly says what is shown already
	case tickMsg:
		if r.meter.Forget(r.now) || r.moves() {
			r.drawn = ""
		}
	default:
		r.drawn = ""
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		r.w, r.h = msg.Width, msg.Height
		return r, r.resize()
	case tea.BackgroundColorMsg:
		r.light = !msg.IsDark()
		r.restyle()
		return r, nil
	case tea.ColorProfileMsg:
		r.profile = msg.Profile
		r.restyle()
		return r, nil
	case tea.FocusMsg:
		r.away, r.focusTold = false, true
		return r, tea.Batch(r.tick(), r.compareSoon())
	case tea.BlurMsg:
		r.away, r.focusTold = true, true
		return r, nil
	case tea.KeyPressMsg:
		r.present, r.touched = true, r.now
		return r, tea.Batch(r.key(msg), r.tick())
	case tea.PasteMsg:
		return r, r.paste(msg)
	case tea.MouseClickMsg:
		return r, tea.Batch(r.click(msg), r.tick())
	case tea.MouseMotionMsg:
		return r, r.drag(msg)
	case tea.MouseWheelMsg:
		return r, r.wheel(msg)
	case tickMsg:
		r.ticking = false
		return r, tea.Batch(r.meter.Watch(r.list.Visible()), r.compare(), r.tick())
	case feed.Batch[usage.Reading]:
		return r, r.meter.Update(msg)
	case again:
		return r, r.observe()
	case suspendMsg:
		return r, r.suspend()
	case resumed:
		if msg.err != nil {
			r.fail("suspending", msg.err)
		}
		return r, nil
	case feed.Batch[stack.Snapshot]:
		return r, tea.Batch(r.observed(msg), r.tick())
	case feed.Batch[stack.Progress]:
		return r, tea.Batch(r.progress(msg), r.tick())
	case feed.Batch[reading]:
		return r, r.reread(msg)
	case feed.Batch[heard]:
		return r, tea.Batch(r.news(msg), r.tick())
	case feed.Answer[compared]:
		return r, r.comparedNow(msg)
	case feed.Answer[compose.Plan]:
		r.planned(msg)
		return r, nil
	}
	var cmds []tea.Cmd
	for _, p := range r.panes {
		cmds = append(cmds, p.Update(msg))
	}
	return r, tea.Batch(cmds...)
}

// restyle takes up what is known of the terminal's colours.
func (r *root) restyle() {
	colours := r.colours
	if r.preview != nil {
		colours = *r.preview
	}
	r.theme = colours.Theme(!r.light, r.profile)
	r.list.Restyle(r.theme)
	for _, p := range r.panes {
		p.Restyle(r.theme)
	}
	if r.palette != nil {
		r.palette.Restyle(r.theme)
	}
	if r.wish != nil {
		r.wish.Restyle(r.theme)
	}
}

// tickMsg is a moment at which something on the screen changes by itself.
type tickMsg struct{}

// tick arms the clock that moves the spinner, elapsed times and countdowns,
// unless it is armed.
func (r *root) tick() tea.Cmd {
	if r.ticking {
		return nil
	}
	r.ticking = true
	pace := time.Second
	if len(r.jobs) > 0 && !r.away {
		pace = 100 * time.Millisecond
	}
	return tea.Tick(pace, func(time.Time) tea.Msg { return tickMsg{} })
}
