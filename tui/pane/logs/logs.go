// Package logs is the pane that shows what services print: one of them, or all
// merged, following their end or standing still at a place; filtered, searched,
// folded, and taken away.
package logs

import (
	"maps"
	"time"

	tea "charm.land/bubbletea/v2"

	"berth/logbook"
	"berth/stack"
	"berth/tui/feed"
	"berth/tui/prompt"
	"berth/tui/take"
	"berth/tui/theme"
)

// Settings is how logs are read and first shown.
type Settings struct {
	Lines  int   // kept of each service; 0: 10,000
	Bytes  int64 // kept of each service; 0: no limit
	Total  int64 // bytes kept of all services together; 0: no limit
	Tail   int   // read from before Berth was opened; 0: 1,000; negative: all
	Merged bool
	Wrap   bool
	Times  Times
	// ScanBytes is how many bytes of lines are looked at for a filter or a
	// search before keys and frames have their turn.
	ScanBytes int64
	// Copy writes to the machine's own clipboard, beside the terminal's; nil:
	// to the terminal's only.
	Copy func(text string) error
}

const (
	defaultLines = 10_000
	defaultTail  = 1000
	defaultScan  = 512 << 10 // some 5 ms
)

// Pane is the logs pane.
type Pane struct {
	group    *feed.Group
	reader   Reader
	settings Settings

	w, h    int
	theme   theme.Theme
	visible bool
	now     time.Time

	service stack.Service
	off     string
	known   []stack.Ref // every service
	all     []stack.Ref // every service that has a container
	hues    map[string]int
	merged  bool

	book    *logbook.Book
	sources map[stack.Ref]*source
	spots   map[key]*spot

	filter   logbook.Filter
	noHealth bool
	least    logbook.Level
	find     *logbook.Pattern
	filtered string                // filter as it was typed
	views    map[key]*logbook.View // of the filter
	hits     map[key]*logbook.View // of the filter and find
	reading  feed.Slot[older]
	scanning bool    // a message is under way that goes on scanning
	passing  passing // the filter that views are of
	partial  bool    // the view is not scanned since the filter changed
	wanted   int     // direction of a hit that was asked for and is not found yet
	prompt   prompt.Prompt
	unfolded map[logbook.Position]bool
	marks    map[logbook.Position]bool
	offered  string // the name of a file, which was not typed
	said     string // about the last key, until the next
}

// spot is where one reads in a log.
type spot struct {
	follow bool             // the end is shown
	top    place            // the first row shown, when not following
	seen   []int64          // where it was in the logs when it was last shown
	cursor logbook.Position // the line that keys act on, when not following
	paused logbook.Position // the last line there was when following stopped
	anchor logbook.Position // the other end of the selection; zero: none
}

// New makes the pane; nothing is read before it is visible.
func New(g *feed.Group, r Reader, s Settings) *Pane {
	if s.Lines <= 0 {
		s.Lines = defaultLines
	}
	if s.ScanBytes <= 0 {
		s.ScanBytes = defaultScan
	}
	if s.Tail == 0 {
		s.Tail = defaultTail
	}
	return &Pane{
		group: g, reader: r, settings: s, merged: s.Merged,
		book:     logbook.New(logbook.Limit{Lines: s.Lines, Bytes: s.Bytes, Total: s.Total}),
		sources:  map[stack.Ref]*source{},
		spots:    map[key]*spot{},
		views:    map[key]*logbook.View{},
		hits:     map[key]*logbook.View{},
		unfolded: map[logbook.Position]bool{},
		marks:    map[logbook.Position]bool{},
	}
}

// Title is the pane's name.
func (p *Pane) Title() string { return "Logs" }

// Resize sets the room there is.
func (p *Pane) Resize(w, h int) {
	p.w, p.h = w, h
	p.prompt.Resize(w)
}

// Restyle sets the theme.
func (p *Pane) Restyle(t theme.Theme) { p.theme = t }

// Services says which services there are, for the merged log: of those with a
// container.
func (p *Pane) Services(all []stack.Service) {
	p.known, p.all = nil, nil
	var names []string
	for _, s := range all {
		names = append(names, s.Ref.String())
		p.known = append(p.known, s.Ref)
		if s.ContainerID != "" {
			p.all = append(p.all, s.Ref)
		}
	}
	p.hues = theme.HuesOf(names)
}

// Select says which service is selected.
func (p *Pane) Select(s stack.Service, off string) tea.Cmd {
	if s.Ref != p.service.Ref && !p.merged {
		p.wanted = 0
	}
	p.service, p.off = s, off
	return p.open()
}

// Show says whether the pane is visible. What is being read goes on while it
// is not, so that nothing is missing when it is again.
func (p *Pane) Show(visible bool) tea.Cmd {
	p.visible = visible
	return p.open()
}

// key is which log is shown: that of all services, or of one, or none.
type key struct {
	merged bool
	ref    stack.Ref
}

func (p *Pane) key() key {
	if p.merged {
		return key{merged: true}
	}
	return key{ref: p.service.Ref}
}

// spot is where one reads in the log that is shown.
func (p *Pane) spot() *spot {
	s := p.spots[p.key()]
	if s == nil {
		s = &spot{follow: true}
		p.spots[p.key()] = s
	}
	return s
}

// open begins to read what is to be shown. What is read once is read on, so
// that going back to it finds it as it was left.
func (p *Pane) open() tea.Cmd {
	if !p.visible {
		return nil
	}
	var cmds []tea.Cmd
	read := func(r stack.Ref) {
		if p.sources[r] == nil {
			s := p.read(r)
			p.sources[r] = s
			cmds = append(cmds, s.stream.Next)
		}
	}
	if p.merged {
		for _, r := range p.all {
			read(r)
		}
	} else if p.service.ContainerID != "" {
		read(p.service.Ref)
	}
	return tea.Batch(append(cmds, p.scan())...)
}

// Update takes the lines that came.
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case feed.Batch[stack.LogLine]:
		for _, s := range p.sources {
			if s.stream == msg.From {
				s.take(msg, p.book)
				p.forget()
				return tea.Batch(s.stream.Next, p.scan())
			}
		}
	case feed.Answer[older]:
		return p.took(msg)
	case scanMsg:
		p.scanning = false
		return p.scan()
	case take.Done:
		if msg.For == p {
			p.said = msg.Text
		}
	}
	return nil
}

// forget lets go of what was marked and unfolded in lines that were dropped.
func (p *Pane) forget() {
	gone := func(at logbook.Position, _ bool) bool { _, ok := p.book.At(at); return !ok }
	maps.DeleteFunc(p.marks, gone)
	maps.DeleteFunc(p.unfolded, gone)
}

// Wheel scrolls by lines.
func (p *Pane) Wheel(lines int) tea.Cmd {
	p.scroll(lines)
	return p.more()
}

// View draws the pane.
func (p *Pane) View(now time.Time, _ bool) string {
	p.now = now
	var rows []string
	if p.nothing() {
		if rows = p.empty(); !p.prompt.Opened() && p.said == "" {
			return theme.Block(rows, p.w, p.h)
		}
		rows = rows[:min(len(rows), p.height())]
	} else if rows = p.window(); len(rows) > 0 {
		p.see()
	} else {
		rows = []string{p.theme.Muted.Render("No line passes the filter."), "", p.theme.Key.Render("F") + p.theme.Muted.Render("  shows all lines again")}
	}
	for len(rows) < p.height() {
		rows = append(rows, "")
	}
	return theme.Block(append(rows, "", p.footer()), p.w, p.h)
}

// nothing reports whether there is no line at all, wanted or not.
func (p *Pane) nothing() bool {
	kept, _ := p.view().Kept()
	return kept == 0 && p.view().Len() == 0
}

// height is how many rows of log are visible.
func (p *Pane) height() int { return max(1, p.h-footerHeight) }
