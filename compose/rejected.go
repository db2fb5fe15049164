package compose

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/tree"
	"go.yaml.in/yaml/v4"

	"berth/stack"
)

// reading is one of compose-go's texts: in which words a person reads it
// (empty: its own), and which path of the file it is about.
type reading struct {
	pattern *regexp.Regexp
	read    func(m []string) (text, path string)
	hint    string
}

// readings in the order in which they are tried.
var readings = []reading{
	{
		pattern: regexp.MustCompile(`(?s)^invalid interpolation format for (\S+)\.\n.*\n(.*)$`),
		read:    func(m []string) (string, string) { return m[1] + " is not a valid template: " + m[2], m[1] },
		hint:    "close the brace, or write $$ for a plain $",
	},
	{
		pattern: regexp.MustCompile(`^(.*)\.([^.\s]+) false schema$`),
		read:    func(m []string) (string, string) { return unknownKey(m[1], m[2]), m[1] + "." + m[2] },
	},
	{
		pattern: regexp.MustCompile(`^(\S*) ?additional properties '([^']+)'(?:, '.*')? not allowed$`),
		read: func(m []string) (string, string) {
			return unknownKey(m[1], m[2]), strings.TrimPrefix(m[1]+"."+m[2], ".")
		},
	},
	{
		pattern: regexp.MustCompile(`(?s)^decoding failed due to the following error\(s\):\s+'(\w+)\[([^\]]+)\]\.?(\S*)' (.*)$`),
		read: func(m []string) (string, string) {
			path := strings.TrimSuffix(m[1]+"."+m[2]+"."+strings.NewReplacer("[", ".[", "]", "]").Replace(m[3]), ".")
			return path + ": " + m[4], path
		},
	},
	{
		pattern: regexp.MustCompile(`^((?:services|networks|volumes|configs|secrets|include)[^\s:]*)[: ]`),
		read:    func(m []string) (string, string) { return "", strings.TrimSuffix(m[1], ".") },
	},
	{
		pattern: regexp.MustCompile(`^dependency cycle detected: (\S+) ->`),
		read:    func(m []string) (string, string) { return "", "services." + m[1] + ".depends_on" },
	},
	{
		pattern: regexp.MustCompile(`^service "?([^\s"]+)"? has neither an image nor a build context`),
		read:    func(m []string) (string, string) { return "", "services." + m[1] },
		hint:    "give it image: or build:",
	},
	{
		pattern: regexp.MustCompile(`\bservice "?([^\s"]+)"? depends on`),
		read:    func(m []string) (string, string) { return "", "services." + m[1] + ".depends_on" },
	},
	{
		pattern: regexp.MustCompile(`\bservice "?([^\s"]+)"? refers to undefined (\w+)`),
		read:    func(m []string) (string, string) { return "", "services." + m[1] + "." + m[2] + "s" },
	},
	{
		pattern: regexp.MustCompile(`\bservice "?([^\s"]+)"?`),
		read:    func(m []string) (string, string) { return "", "services." + m[1] },
	},
	{
		pattern: regexp.MustCompile(`^empty compose file$`),
		read:    func([]string) (string, string) { return "", "" },
		hint:    "add services:, or start from `berth init`",
	},
}

// clearer are words of Go's libraries, and of the schema's last alternative,
// in which a person reads them.
var clearer = []struct {
	pattern *regexp.Regexp
	words   string
}{
	{regexp.MustCompile(`(?:failed to cast to expected type: )?strconv\.\w+: parsing ("[^"]*"): invalid syntax`), "$1 is not a number"},
	{regexp.MustCompile(`failed to cast to expected type: `), ""},
	{regexp.MustCompile(`: time: (invalid duration|missing unit|unknown unit)`), ": $1"},
	{regexp.MustCompile(` must be a null$`), " must be a string or a list"},
	{regexp.MustCompile(`\binvalid containerPort: `), "not a port of the container: "},
	{regexp.MustCompile(`\binvalid hostPort: `), "not a port of the host: "},
}

// badPort is a port that compose-go does not say whose it is.
var badPort = regexp.MustCompile(`^invalid (?:containerPort|hostPort|proto|ip address): (\S+)$`)

// port is the path of the ports that have a number.
func (s sources) port(number string) string {
	for _, f := range s {
		services := value(f.root(), "services")
		for i := 0; services != nil && i+1 < len(services.Content); i += 2 {
			ports := value(services.Content[i+1], "ports")
			if ports == nil {
				continue
			}
			for _, p := range ports.Content {
				if p.Kind == yaml.ScalarNode && slices.Contains(strings.FieldsFunc(p.Value, func(r rune) bool { return strings.ContainsRune(":/-", r) }), number) {
					return "services." + services.Content[i].Value + ".ports"
				}
			}
		}
	}
	return ""
}

// rejected says what compose-go found wrong in a file that is YAML, where that
// is, and which attribute it is about, if it is about one.
func (l *loading) rejected(err error) (*stack.Problem, tree.Path) {
	var about tree.Path
	text := strings.TrimSuffix(err.Error(), ": invalid compose project")
	for _, f := range l.files {
		text = strings.TrimPrefix(text, "validating "+f.name+": ")
	}
	text = strings.TrimPrefix(strings.TrimSpace(text), "error while interpolating ")
	if m := badPort.FindStringSubmatch(text); m != nil {
		if path := l.files.port(m[1]); path != "" {
			text = path + ": " + text
		}
	}
	p := &stack.Problem{What: loadingFile}
	files := append(append(sources{}, l.included...), l.files...)
	for _, r := range readings {
		m := r.pattern.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		words, path := r.read(m)
		text = cmp.Or(words, text)
		about = tree.Path(path)
		p.Where, p.Hint = files.nearest(about), r.hint
		break
	}
	if p.Where == "" {
		p.Where = files.mention(text[strings.LastIndex(text, ": ")+1:])
	}
	if p.Where == "" && len(l.files) == 1 {
		p.Where = l.files[0].where(0)
	}
	for _, c := range clearer {
		text = c.pattern.ReplaceAllString(text, c.words)
	}
	p.Err = reworded{strings.ReplaceAll(text, "\n", "; "), err}
	return p, about
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
