package ready

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"berth/stack"
)

// parse finds the HTTP request that a health check makes; false when it makes
// none, or anything about it is not understood.
func parse(c *stack.Check, env map[string]string) (Request, bool) {
	argv, ok := c.Test[1:], true
	if c.Test[0] == "CMD-SHELL" {
		argv, ok = words(c.Test[1], env)
	} else if len(argv) == 3 && shell.MatchString(path.Base(argv[0])) && argv[1] == "-c" {
		argv, ok = words(argv[2], env)
	}
	if !ok || len(argv) < 2 {
		return Request{}, false
	}
	var r Request
	switch name := path.Base(argv[0]); {
	case name == "curl":
		r, ok = curl(argv[1:])
	case name == "wget":
		r, ok = wget(argv[1:])
	case name == "busybox" && argv[1] == "wget":
		r, ok = wget(argv[2:])
	case python.MatchString(name):
		r, ok = pythonRequest(argv[1:])
	default:
		return Request{}, false
	}
	// Which authorities the container trusts is not known here.
	if strings.HasPrefix(r.URL, "https:") && !r.Insecure {
		return Request{}, false
	}
	return r, ok
}

var (
	shell  = regexp.MustCompile(`^(ba|da|a|)sh$`)
	python = regexp.MustCompile(`^python[\d.]*$`)
)

// options is a command's flags: those named here are understood, any other
// makes parsing fail.
type options struct {
	*pflag.FlagSet
}

func newOptions(name string, ignored ...string) options {
	o := options{pflag.NewFlagSet(name, pflag.ContinueOnError)}
	o.SetOutput(io.Discard)
	o.Usage = func() {}
	for _, spec := range ignored {
		long, short, _ := strings.Cut(spec, " ")
		if strings.HasSuffix(long, "=") {
			o.StringP(strings.TrimSuffix(long, "="), short, "", "")
		} else {
			o.BoolP(long, short, false, "")
		}
	}
	return o
}

// curl understands the flags that health checks use; those that only change
// what is printed, or how often curl itself tries again, make no difference.
func curl(args []string) (Request, bool) {
	o := newOptions("curl",
		"silent s", "show-error S", "verbose v", "include i", "compressed", "ipv4 4", "ipv6 6", "http1.1", "no-progress-meter", "no-buffer N", "progress-bar #", "retry-connrefused", "retry-all-errors",
		"output= o", "write-out= w", "connect-timeout=", "retry=", "retry-delay=", "retry-max-time=", "noproxy=")
	fail := o.BoolP("fail", "f", false, "")
	failBody := o.Bool("fail-with-body", false, "")
	insecure := o.BoolP("insecure", "k", false, "")
	location := o.BoolP("location", "L", false, "")
	head := o.BoolP("head", "I", false, "")
	method := o.StringP("request", "X", "", "")
	headers := o.StringArrayP("header", "H", nil, "")
	agent := o.StringP("user-agent", "A", "", "")
	user := o.StringP("user", "u", "", "")
	limit := o.StringP("max-time", "m", "", "")
	data := o.StringArrayP("data", "d", nil, "")
	raw := o.StringArray("data-raw", nil, "")
	binary := o.StringArray("data-binary", nil, "")
	json := o.StringArray("json", nil, "")
	if o.Parse(args) != nil || o.NArg() != 1 || strings.ContainsAny(o.Arg(0), "{}") { // curl expands braces
		return Request{}, false
	}
	for _, d := range slices.Concat(*data, *binary, *json) {
		if strings.HasPrefix(d, "@") { // a file in the container
			return Request{}, false
		}
	}
	r := Request{Method: "GET", Insecure: *insecure, Redirects: *location, Accept: AnyStatus}
	if *fail || *failBody {
		r.Accept = Below400
	}
	switch form := slices.Concat(*data, *raw, *binary); {
	case len(form) > 0:
		r.Method, r.Body = "POST", strings.Join(form, "&")
		r.set("Content-Type", "application/x-www-form-urlencoded")
	case len(*json) > 0:
		r.Method, r.Body = "POST", strings.Join(*json, "")
		r.set("Content-Type", "application/json")
		r.set("Accept", "application/json")
	case *head:
		r.Method = "HEAD"
	}
	if *method != "" {
		r.Method = *method
	}
	if *agent != "" {
		r.set("User-Agent", *agent)
	}
	if name, password, ok := strings.Cut(*user, ":"); ok {
		r.set("Authorization", basic(name, password))
	} else if *user != "" {
		return Request{}, false // curl would ask for the password
	}
	return r, r.headers(*headers) && r.limit(*limit) && r.to(o.Arg(0))
}

// wget understands GNU's and busybox's: both follow redirects and want 2xx.
func wget(args []string) (Request, bool) {
	o := newOptions("wget",
		"quiet q", "no-verbose n", "verbose v", "server-response S", "no-proxy", "no-cache", "inet4-only 4", "inet6-only 6", "retry-connrefused",
		"output-document= O", "output-file= o", "tries= t", "connect-timeout=", "read-timeout=", "dns-timeout=", "waitretry=", "wait= w", "proxy= Y")
	spider := o.Bool("spider", false, "")
	insecure := o.Bool("no-check-certificate", false, "")
	headers := o.StringArray("header", nil, "")
	agent := o.StringP("user-agent", "U", "", "")
	limit := o.StringP("timeout", "T", "", "")
	post := o.String("post-data", "", "")
	method := o.String("method", "", "")
	body := o.String("body-data", "", "")
	if o.Parse(args) != nil || o.NArg() != 1 {
		return Request{}, false
	}
	r := Request{Method: "GET", Redirects: true, Insecure: *insecure, Accept: Success}
	switch {
	case *post != "":
		r.Method, r.Body = "POST", *post
		r.set("Content-Type", "application/x-www-form-urlencoded")
	case *method != "":
		r.Method, r.Body = *method, *body
	case *spider:
		r.Method, r.GetToo = "HEAD", true
	}
	if *agent != "" {
		r.set("User-Agent", *agent)
	}
	return r, r.headers(*headers) && r.limit(*limit) && r.to(o.Arg(0))
}

func (r *Request) set(name, value string) {
	if r.Header == nil {
		r.Header = http.Header{}
	}
	r.Header.Set(name, value)
}

func (r *Request) headers(lines []string) bool {
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(name, "@") {
			return false
		}
		r.set(strings.TrimSpace(name), strings.TrimSpace(value))
	}
	return true
}

// limit takes a number of seconds.
func (r *Request) limit(seconds string) bool {
	if seconds == "" {
		return true
	}
	n, err := strconv.ParseFloat(seconds, 64)
	if err != nil || n < 0 || n > 3600 {
		return false
	}
	r.timeout = time.Duration(n * float64(time.Second))
	return true
}

// to takes the URL, whose scheme may be left out.
func (r *Request) to(text string) bool {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return false
	}
	r.URL = u.String()
	return true
}

func basic(name, password string) string {
	var h http.Request
	h.Header = http.Header{}
	h.SetBasicAuth(name, password)
	return h.Header.Get("Authorization")
}
