package compose

import (
	"regexp"
	"strings"

	"github.com/compose-spec/compose-go/v2/tree"
	"go.yaml.in/yaml/v4"

	"berth/stack"
)

// What compose-go's texts look like, each with the path or name that it is
// about.
var (
	duplicateKey = regexp.MustCompile(`(?s)^failed to parse .*line (\d+): (mapping key .*)$`)
	badTemplate  = regexp.MustCompile(`(?s)^invalid interpolation format for (\S+)\.\n.*\n(.*)$`)
	noSuchKey    = regexp.MustCompile(`^(.*)\.([^.\s]+) false schema$`)
	extraKey     = regexp.MustCompile(`^(\S*) ?additional properties '([^']+)'(?:, '.*')? not allowed$`)
	decoding     = regexp.MustCompile(`^decoding failed due to the following error\(s\):\s+'(\w+)\[([^\]]+)\]\.?(\S*)' `)
	ofPath       = regexp.MustCompile(`^((?:services|networks|volumes|configs|secrets|include)[^\s:]*)[: ]`)
	cycle        = regexp.MustCompile(`^dependency cycle detected: (\S+) ->`)
	ofService    = regexp.MustCompile(`\bservice "?([^\s"]+)"? (?:(depends on|refers to undefined \w+)\b)?`)
)

// attributes that compose-go's phrases are about.
var attributeOf = map[string]string{
	"depends on":                  "depends_on",
	"refers to undefined volume":  "volumes",
	"refers to undefined network": "networks",
	"refers to undefined secret":  "secrets",
	"refers to undefined config":  "configs",
}

// rejected says what compose-go found wrong in a file that is YAML, in
// clearer words where its own are not, and where that is.
func (l *loading) rejected(err error) error {
	text := strings.TrimSuffix(err.Error(), ": invalid compose project")
	for _, f := range l.files {
		text = strings.TrimPrefix(text, "validating "+f.name+": ")
	}
	text = strings.TrimPrefix(strings.TrimSpace(text), "error while interpolating ")
	p := &stack.Problem{What: loadingFile}
	files := append(append(sources{}, l.included...), l.files...)
	if m := duplicateKey.FindStringSubmatch(text); m != nil {
		text = m[2]
		for _, f := range files {
			if strings.Contains(err.Error(), f.name) {
				p.Where = f.where(0) + ":" + m[1]
			}
		}
	} else if m := badTemplate.FindStringSubmatch(text); m != nil {
		text = m[1] + " is not a valid template: " + m[2]
		p.Where = files.nearest(tree.Path(m[1]))
		p.Hint = "close the brace, or write $$ for a plain $"
	} else if m := noSuchKey.FindStringSubmatch(text); m != nil {
		text = unknownKey(m[1], m[2])
		p.Where = files.nearest(tree.Path(m[1] + "." + m[2]))
	} else if m := extraKey.FindStringSubmatch(text); m != nil {
		text = unknownKey(m[1], m[2])
		p.Where = files.nearest(tree.Path(strings.TrimPrefix(m[1]+"."+m[2], ".")))
	} else if m := decoding.FindStringSubmatch(text); m != nil {
		path := strings.TrimSuffix(m[1]+"."+m[2]+"."+strings.NewReplacer("[", ".[", "]", "]").Replace(m[3]), ".")
		text = path + ": " + text[len(m[0]):]
		p.Where = files.nearest(tree.Path(path))
	} else if m := ofPath.FindStringSubmatch(text); m != nil {
		p.Where = files.nearest(tree.Path(strings.TrimSuffix(m[1], ".")))
	} else if m := cycle.FindStringSubmatch(text); m != nil {
		p.Where = files.nearest(tree.Path("services").Next(m[1]).Next("depends_on"))
	} else if m := ofService.FindStringSubmatch(text); m != nil {
		p.Where = files.nearest(tree.Path("services").Next(m[1]).Next(attributeOf[m[2]]))
	} else {
		p.Where = files.mention(text[strings.LastIndex(text, ": ")+1:])
	}
	if p.Where == "" && len(l.files) == 1 {
		p.Where = l.files[0].where(0)
	}
	switch {
	case text == "empty compose file":
		p.Hint = "add services:, or start from `berth init`"
	case strings.HasSuffix(text, "has neither an image nor a build context specified"):
		p.Hint = "give it image: or build:"
	}
	p.Err = reworded{strings.ReplaceAll(text, "\n", "; "), err}
	return p
}

// unknownKey says that an attribute does not exist, and which may be meant.
func unknownKey(parent, key string) string {
	text := key + " is not an attribute of " + parent
	if parent == "" {
		text = key + " is not an attribute of a compose file"
	}
	if best := closest(key, knownKeys(parent)); best != "" {
		text += "; did you mean " + best + "?"
	}
	return text
}

// mention finds the value that a message ends in.
func (s sources) mention(value string) string {
	value = strings.Trim(value, ` "'`)
	if value == "" {
		return ""
	}
	for _, f := range s {
		if line := f.scalar(func(v string) bool { return strings.Contains(v, value) }); line > 0 {
			return f.where(line)
		}
	}
	return ""
}

// scalar gives the line of the first scalar that is like that; 0: none is.
func (s *source) scalar(like func(value string) bool) int {
	line := 0
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n == nil || line > 0 {
			return
		}
		if n.Kind == yaml.ScalarNode && like(n.Value) {
			line = n.Line
			return
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(s.root())
	return line
}
