package compose

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/tree"
	"go.yaml.in/yaml/v4"
)

// source is a compose file as it was written. compose-go's model has no
// lines, so they are looked up here, only when there is something to say.
type source struct {
	name    string // absolute, or "-" for standard input
	content []byte
	node    *yaml.Node
	err     error
}

type sources []*source

// read gives the content; that of an included file is read now.
func (s *source) read() []byte {
	if s.content == nil && s.name != "-" {
		s.content, s.err = os.ReadFile(s.name)
	}
	return s.content
}

// root is the document's top node; nil when it cannot be parsed, s.err then
// says why.
func (s *source) root() *yaml.Node {
	if s.node != nil || s.err != nil {
		return s.node
	}
	var document yaml.Node
	if s.err = yaml.Unmarshal(s.read(), &document); s.err == nil && len(document.Content) > 0 {
		s.node = document.Content[0]
	}
	return s.node
}

// where renders a place in the file. Line 0: unknown.
func (s *source) where(line int) string {
	name := s.name
	if name == "-" {
		name = "standard input"
	} else if here, err := os.Getwd(); err == nil {
		// A person reads "docker-compose.yml" more easily than its absolute path.
		if rel, err := filepath.Rel(here, name); err == nil && !strings.HasPrefix(rel, "..") {
			name = rel
		}
	}
	if line == 0 {
		return name
	}
	return fmt.Sprintf("%s:%d", name, line)
}

// find gives "file:line" of what a path leads to. Of several files that have
// it the last one counts, as in merging; a service that extends another has
// what that one has. Empty: not found.
func (s sources) find(path tree.Path) string {
	return s.search(path.Parts(), 0)
}

func (s sources) search(path []string, depth int) string {
	for _, f := range slices.Backward(s) {
		if n := find(f.root(), path, depth); n != nil {
			return f.where(n.Line)
		}
	}
	if len(path) < 2 || path[0] != "services" || depth > depthLimit {
		return ""
	}
	for _, f := range slices.Backward(s) {
		file, service := f.extends(path[1])
		if service == "" {
			continue
		}
		base := append([]string{"services", service}, path[2:]...)
		if at := (sources{file}).search(base, depth+1); at != "" {
			return at
		}
	}
	return ""
}

// extends tells which service of which file a service extends, in path
// notation; empty: none.
func (s *source) extends(service string) (*source, string) {
	n := value(s.root(), "services", keyOf(service), "extends")
	if n == nil {
		return s, ""
	}
	if n.Kind == yaml.ScalarNode {
		return s, n.Value
	}
	base, file := value(n, "service"), value(n, "file")
	if base == nil {
		return s, ""
	}
	if file == nil {
		return s, base.Value
	}
	path := file.Value
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(s.name), path)
	}
	return &source{name: path}, base.Value
}

// value follows plain keys.
func value(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if n == nil || n.Kind != yaml.MappingNode {
			return nil
		}
		i := 0
		for ; i+1 < len(n.Content) && n.Content[i].Value != key; i += 2 {
		}
		if i+1 >= len(n.Content) {
			return nil
		}
		n = n.Content[i+1]
	}
	return n
}

// nearest is find for the longest part of the path that exists.
func (s sources) nearest(path tree.Path) string {
	for ; path != ""; path = path.Parent() {
		if at := s.find(path); at != "" {
			return at
		}
	}
	return ""
}

// depthLimit bounds following aliases, merges and extends in circles.
const depthLimit = 64

// find returns the key (in a sequence, the element) that path leads to. A
// list is searched for the first element that has the rest of the path.
func find(n *yaml.Node, path []string, depth int) *yaml.Node {
	if n == nil || depth > depthLimit {
		return nil
	}
	if n.Kind == yaml.AliasNode {
		return find(n.Alias, path, depth+1)
	}
	if len(path) == 0 {
		return n
	}
	if n.Kind == yaml.SequenceNode {
		if path[0] != tree.PathMatchList {
			return inList(n, path, depth)
		}
		for _, element := range n.Content {
			if hit := find(element, path[1:], depth+1); hit != nil {
				return hit
			}
		}
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	name := keyOf(path[0])
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Value != name {
			continue
		}
		if len(path) == 1 {
			return key
		}
		return find(value, path[1:], depth+1)
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == "<<" {
			if hit := find(n.Content[i+1], path, depth+1); hit != nil {
				return hit
			}
		}
	}
	return nil
}

// inList finds a mapping's key in a list: merged mappings, or "KEY=value" and
// bare names, as environment, labels and networks may be written.
func inList(n *yaml.Node, path []string, depth int) *yaml.Node {
	for _, element := range n.Content {
		name, _, _ := strings.Cut(element.Value, "=")
		if element.Kind == yaml.ScalarNode && name == keyOf(path[0]) && len(path) == 1 {
			return element
		}
		if hit := find(element, path, depth+1); element.Kind != yaml.ScalarNode && hit != nil {
			return hit
		}
	}
	return nil
}

// keyOf undoes what tree.Path does to dots in keys.
func keyOf(part string) string { return tree.Path(part).String() }

// uses lists the lines that use a variable: $NAME or ${NAME…}, comments left
// out.
func (s sources) uses(variable string) []string {
	use := regexp.MustCompile(`(?:^|[^$])(?:\$\$)*\$(?:\{` + regexp.QuoteMeta(variable) + `\b|` + regexp.QuoteMeta(variable) + `\b)`)
	var at []string
	for _, f := range s {
		for i, line := range bytes.Split(f.read(), []byte("\n")) {
			if !bytes.HasPrefix(bytes.TrimSpace(line), []byte("#")) && use.Match(line) {
				at = append(at, f.where(i+1))
			}
		}
	}
	return at
}
