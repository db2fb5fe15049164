package compose

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/template"
	"github.com/compose-spec/compose-go/v2/tree"
	"github.com/compose-spec/compose-go/v2/types"
	"go.yaml.in/yaml/v4"

	"berth/stack"
)

// mostProblems is how many problems of a file are looked for.
const mostProblems = 20

// problems is what is wrong with the files: compose-go stops at the first, so
// they are loaded again without what it is about, until nothing else is wrong,
// or what is may only be so because something was left out.
func (l *loading) problems(ctx context.Context, err error) error {
	first := l.problem(err)
	p, ok := first.(*stack.Problem) //nolint:errorlint // problem makes it
	// Missing variables are listed already, and nothing can be read without.
	if !ok || p.What != loadingFile || len(collect[*template.MissingRequiredError](err)) > 0 || slices.ContainsFunc(l.files, func(f *source) bool { return f.name == "-" }) {
		return first
	}
	return byLine(p, l.all(ctx, err))
}

// all is what is wrong with attributes of the files, one by one.
func (l *loading) all(ctx context.Context, err error) []*stack.Problem {
	var all []*stack.Problem
	again := *l
	for again.without = nil; err != nil && len(again.without) < mostProblems; {
		found, about := l.rejected(err)
		known := within(about, again.without)
		if known && len(about.Parts()) != 2 || !known && len(all) > 0 && !l.separate(about, again.without) {
			break
		}
		if !known {
			all = append(all, found)
		}
		again.without = append(again.without, about)
		again.files, again.included = nil, nil
		_, err = again.load(ctx)
	}
	return all
}

// byLine is one problem of several: the first in the file, and the others
// below it. compose-go finds them in no order.
func byLine(first *stack.Problem, all []*stack.Problem) error {
	if len(all) == 0 {
		return first
	}
	if first.Error() == all[0].Error() {
		slices.SortStableFunc(all, byPlace)
		first = all[0]
	} else {
		slices.SortStableFunc(all[1:], byPlace)
	}
	for _, p := range all[1:] {
		first.Lines = append(first.Lines, "also "+p.Where+": "+p.Err.Error())
	}
	return first
}

func byPlace(x, y *stack.Problem) int {
	file := func(p *stack.Problem) (string, int) {
		name, line, _ := strings.Cut(p.Where, ":")
		return name, number(line, 0, len(line))
	}
	fx, lx := file(x)
	fy, ly := file(y)
	return cmp.Or(cmp.Compare(fx, fy), cmp.Compare(lx, ly))
}

// within reports whether an attribute had something left out of it: without
// its image a service is wrong only because of that, and is left out as well.
func within(about tree.Path, left []tree.Path) bool {
	return slices.ContainsFunc(left, func(path tree.Path) bool {
		return path == about || strings.HasPrefix(string(path), string(about)+".")
	})
}

// references are attributes that name services, which may have been left out.
var references = []string{"depends_on", "network_mode", "ipc", "pid", "volumes_from", "links", "extends"}

// separate reports whether an attribute can be left out, and is wrong whatever
// was left out before.
func (l *loading) separate(about tree.Path, left []tree.Path) bool {
	parts := about.Parts()
	if len(parts) < 3 {
		return false
	}
	lost := slices.ContainsFunc(left, func(path tree.Path) bool { return len(path.Parts()) == 2 })
	if lost && slices.Contains(references, parts[2]) {
		return false
	}
	return slices.ContainsFunc(l.files, func(f *source) bool { return keyAt(f.root(), parts) != nil })
}

// place is a key of a mapping.
type place struct {
	mapping *yaml.Node
	key     string
}

// keyAt is the key that a path leads to; of what is in a list, that of the
// list. Nil: it is not in the file as it is written.
func keyAt(n *yaml.Node, path []string) *place {
	for i, part := range path {
		key := keyOf(part)
		next := value(n, key)
		switch {
		case next == nil:
			return nil
		case i == len(path)-1 || next.Kind != yaml.MappingNode:
			return &place{n, key}
		}
		n = next
	}
	return nil
}

// remove takes the key out of its mapping, with what it has.
func (p *place) remove() {
	for i := 0; i+1 < len(p.mapping.Content); i += 2 {
		if p.mapping.Content[i].Value == p.key {
			p.mapping.Content = slices.Delete(p.mapping.Content, i, i+2)
			return
		}
	}
}

// without is a file without some attributes.
func without(content []byte, paths []tree.Path) ([]byte, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(content, &document); err != nil || len(document.Content) == 0 {
		return content, err
	}
	for _, path := range paths {
		if p := keyAt(document.Content[0], path.Parts()); p != nil {
			p.remove()
		}
	}
	return yaml.Marshal(&document)
}

var restartPolicy = regexp.MustCompile(`^(?:no|always|unless-stopped|on-failure(?::\d+)?)?$`)

// checkRestart finds what compose-go lets pass and the Engine refuses when
// half of the project is made.
func checkRestart(model *types.Project) error {
	for _, name := range slices.Sorted(maps.Keys(model.Services)) {
		if policy := model.Services[name].Restart; !restartPolicy.MatchString(policy) {
			return errors.New("services." + name + ".restart is " + policy + "; it can be no, always, on-failure, on-failure:3 or unless-stopped")
		}
	}
	return nil
}
