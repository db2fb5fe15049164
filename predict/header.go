package predict

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"berth/stack"
)

// Header is one to send with each request. Its value may refer to the
// environment, "Bearer $API_TOKEN", so that it can be kept and shown: what the
// variables hold is known when it is sent, and then only.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// ParseHeader reads "Name: value".
func ParseHeader(text string) (Header, error) {
	name, value, found := strings.Cut(text, ":")
	h := Header{strings.TrimSpace(name), strings.TrimSpace(value)}
	if !found || !httpguts.ValidHeaderFieldName(h.Name) || !httpguts.ValidHeaderFieldValue(h.Value) {
		return Header{}, &stack.Problem{
			What: fmt.Sprintf("%q is no header", text), Err: stack.ErrUsage, Hint: "as in 'Authorization: Bearer $API_TOKEN'",
		}
	}
	return h, nil
}

// secretName is a header whose value is not shown.
var secretName = regexp.MustCompile(`(?i)auth|cookie|token|secret|key|password|session`)

// variable is a reference to the environment.
var variable = regexp.MustCompile(`\$(\w+|\{\w+\})`)

// String is the header as it may be shown: a secret that is written out, and
// not a variable, is masked.
func (h Header) String() string {
	value := h.Value
	if secretName.MatchString(h.Name) && !variable.MatchString(value) {
		scheme, secret, two := strings.Cut(value, " ")
		if value = "•••"; two && secret != "" {
			value = scheme + " •••"
		}
	}
	return h.Name + ": " + value
}

// String is the parameter as it may be shown: "limit=10 (given)".
func (p Param) String() string {
	value := p.Value
	if secretName.MatchString(p.Name) && value != "" {
		value = "•••"
	}
	return p.Name + "=" + value + " (" + p.Origin + ")"
}

// Headers makes what is sent of headers, with what the environment has. Of
// basic authentication the value is "Basic $USER:$PASSWORD".
func Headers(list []Header, env func(string) (string, bool)) (http.Header, error) {
	all := http.Header{}
	for _, h := range list {
		value, err := Expand("the header "+h.Name, h.Value, env)
		if err != nil {
			return nil, err
		}
		if credentials, ok := strings.CutPrefix(value, "Basic "); ok && strings.Contains(credentials, ":") {
			value = "Basic " + base64.StdEncoding.EncodeToString([]byte(credentials))
		}
		if !httpguts.ValidHeaderFieldValue(value) {
			return nil, &stack.Problem{What: "the header " + h.Name, Err: fmt.Errorf("its value cannot be sent: it has a line end or a control character")}
		}
		all.Add(h.Name, value)
	}
	return all, nil
}

// Expand puts values of the environment in place of $NAME and ${NAME}, so that a
// secret need not be written down. what names the text in the error, which says
// what is not set.
func Expand(what, text string, env func(string) (string, bool)) (string, error) {
	var unset []string
	text = os.Expand(text, func(name string) string {
		v, ok := env(name)
		if !ok && !slices.Contains(unset, name) {
			unset = append(unset, name)
		}
		return v
	})
	if len(unset) == 0 {
		return text, nil
	}
	return "", &stack.Problem{
		What: what + " needs $" + strings.Join(unset, ", $"), Err: fmt.Errorf("not set in the environment"),
		Hint: "export " + unset[0] + "=…, and start berth again",
	}
}
