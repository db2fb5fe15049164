package build

import (
	"regexp"
	"strings"
	"time"

	"berth/safetext"
	"berth/stack"
	"berth/tui/steps"
	"berth/tui/theme"
)

// row is one entry of the pane that can be selected: a step, or the fold that
// stands for the steps of a build that needed no work.
type row struct {
	steps.Row
	id      string
	label   string // "runtime 7/9", "start"
	name    string // "COPY api/ ./api/", "container churn-model-api-1"
	fold    bool
	cached  int // in the fold
	prepare int
	folded  int // steps below it that are not shown
}

// rows is what is shown of the work. turned holds what the person
// unfolded or folded, by ID.
func rows(work *steps.Work, turned map[string]bool, now time.Time) []row {
	var list []row
	folds := map[string]int{} // parent → its fold in the list
	hidden := -1              // depth of what is below something closed
	var closed int
	for _, r := range work.Tree() {
		if hidden >= 0 && r.Depth > hidden {
			list[closed].folded++
			continue
		}
		hidden = -1
		if r.Parent != "" && idle(r, work.Running(), now) {
			at, ok := folds[r.Parent]
			if !ok {
				at = len(list)
				folds[r.Parent] = at
				list = append(list, row{Row: steps.Row{Item: &steps.Item{}, Depth: r.Depth}, id: r.Parent + " idle", fold: true})
			}
			if r.Status == stack.Cached {
				list[at].cached++
			} else {
				list[at].prepare++
			}
			if !turned[list[at].id] {
				continue
			}
		}
		label, name := words(r.Progress)
		list = append(list, row{Row: r, id: r.ID, label: label, name: name})
		if r.Whole() && turned[r.ID] {
			hidden, closed = r.Depth, len(list)-1
		}
	}
	return list
}

// idle reports whether a part of a build did nothing one wants to read: it was
// cached, or it is one of BuildKit's own preparations that takes no time.
func idle(r steps.Row, running bool, now time.Time) bool {
	const brief = 500 * time.Millisecond
	switch {
	case r.Action != stack.ActBuild || r.Whole():
		return false
	case r.Status == stack.Cached:
		return true
	case strings.Contains(r.Subject, "] FROM "): // a base image that is there
		return r.Status == stack.Done && r.Elapsed < brief
	case !strings.HasPrefix(r.Subject, "[internal]"):
		return false
	default:
		return r.Status == stack.Done || r.Status == stack.Working && running && r.Age(now) < brief
	}
}

// place is how BuildKit begins the name of a step: "[runtime 7/9] ".
var place = regexp.MustCompile(`^\[([^\]]+)\] +`)

// words is a step's place or action, and what it is about.
func words(p stack.Progress) (label, name string) {
	name = strings.Join(strings.Fields(safetext.Line(p.Subject)), " ")
	if p.Action == stack.ActBuild && p.Parent != "" {
		if m := place.FindStringSubmatch(name); m != nil {
			return m[1], name[len(m[0]):]
		}
		return "", name
	}
	if !p.Action.Step() {
		return "", name
	}
	for _, kind := range []string{"container ", "image "} { // the action says so
		name = strings.TrimPrefix(name, kind)
	}
	return string(p.Action), name
}

// labelWidth is how wide the labels of each depth are.
func labelWidth(list []row) map[int]int {
	const most = 20
	widths := map[int]int{}
	for _, r := range list {
		widths[r.Depth] = max(widths[r.Depth], min(most, theme.Width(r.label)))
	}
	return widths
}
