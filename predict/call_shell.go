package predict

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"strings"
)

// longArgument is from where on a body does not go into an argument: Linux
// takes 128 KiB (MAX_ARG_STRLEN).
const longArgument = 100_000

// Curl is the call as a curl command of a POSIX shell. What is sent is the same,
// byte for byte, but for the boundary of a form with files, and quotes in the
// names of these.
func (c Call) Curl() (string, error) {
	body, err := c.content()
	if err != nil {
		return "", err
	}
	url := c.url()
	cmd := &command{words: []string{"curl", "--silent", "--show-error"}}
	if strings.ContainsAny(url.written(), "[]{}") {
		cmd.words = append(cmd.words, "--globoff")
	}
	if strings.Contains(url.written(), "/.") {
		cmd.words = append(cmd.words, "--path-as-is")
	}
	if body.none || c.Method != "POST" { // which a body implies
		cmd.words = append(cmd.words, "--request", Plain(c.Method).shell())
	}
	cmd.line(url.shell())
	for _, h := range c.headers() {
		if credentials, basic := h.credentials(); basic {
			cmd.line("--user", credentials.shell())
			continue
		}
		value := append(Text{{Text: h.Name + ": "}}, h.Value...)
		if len(h.Value) == 0 {
			value = Plain(h.Name + ";") // else curl takes the header away
		}
		cmd.line("--header", value.shell())
	}
	if body.mediaType != "" {
		cmd.line("--header", Plain("Content-Type: "+body.mediaType).shell())
	}
	switch {
	case body.none:
	case body.file != "":
		cmd.line("--data-binary", Plain("@"+body.file).shell())
	case body.mediaType == "":
		for _, f := range body.fields {
			if f.file == "" {
				cmd.line("--form-string", append(Text{{Text: f.name + "="}}, f.value...).shell())
				continue
			}
			quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`) // as curl reads it
			cmd.line("--form", Plain(f.name+`=@"`+quote.Replace(f.file)+`";type=`+f.mediaType).shell())
		}
	default:
		cmd.body("--data-raw", "--data-binary", "@-", body.text)
	}
	return cmd.String(), nil
}

// Berth is the call as a command of berth's.
func (c Call) Berth() (string, error) {
	cmd := &command{words: []string{"berth", "predict", Plain(c.Service).shell()}}
	cmd.words = append(cmd.words, "--path", Plain(c.Method+" "+c.Path).shell())
	if c.Force {
		cmd.words = append(cmd.words, "--force")
	}
	for _, p := range c.Params {
		cmd.line("--param", append(Text{{Text: p.Name + "="}}, p.Value...).shell())
	}
	for _, h := range c.Headers {
		// Berth looks into the environment itself: the secret is not in the
		// list of processes.
		cmd.line("--header", Plain(strings.TrimSpace(h.Name+": "+h.Value.Reference())).shell())
	}
	if c.MediaType == "" {
		return cmd.String(), nil
	}
	flag := "--body"
	if written := c.Body.written(); written == "" || written == "-" || strings.HasPrefix(written, "@") { // which mean something else
		flag = ""
	}
	cmd.body(flag, "--body", "-", c.Body)
	return cmd.String(), nil
}

// command is one of a POSIX shell, in lines that are one.
type command struct {
	before string // a pipe into it
	words  []string
}

func (c *command) line(words ...string) {
	c.words = append(c.words, "\\\n  "+strings.Join(words, " "))
}

// body gives the command a text: as an argument, or where that cannot have it
// through a pipe.
func (c *command) body(flag, piped, standardInput string, text Text) {
	switch {
	case !text.printable():
		c.before = "echo " + base64.StdEncoding.EncodeToString([]byte(text.written())) + " | base64 -d |\n"
	case flag == "" || len(text.written()) > longArgument:
		c.before = "printf %s " + text.shell() + " |\n"
	default:
		c.line(flag, text.shell())
		return
	}
	c.line(piped, standardInput)
}

func (c *command) String() string { return c.before + strings.Join(c.words, " ") }

// bare is what needs no quotes in any shell.
var bare = regexp.MustCompile(`^[\w./:@%+=,-]+$`)

// shell is a text as one word of a POSIX shell.
func (t Text) shell() string {
	var b strings.Builder
	for _, p := range t.joined() {
		switch {
		case p.Variable != "":
			b.WriteString(`"$` + p.Variable + `"`)
		case bare.MatchString(p.Text):
			b.WriteString(p.Text)
		default:
			b.WriteString("'" + strings.ReplaceAll(p.Text, "'", `'\''`) + "'")
		}
	}
	if b.Len() == 0 {
		return "''"
	}
	return b.String()
}

// inJSON reports whether the text is a document, in which the values of variables
// have to be quoted.
func (t Text) inJSON() bool { return json.Valid([]byte(t.written())) }
