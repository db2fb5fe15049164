package ready

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is what a health check sends, and what it takes for success.
type Request struct {
	Method string
	// URL is as seen inside the container, so that its host is what the server
	// is told; where it is dialled is the probe's Address.
	URL       string
	Header    http.Header
	Body      string
	Redirects bool // follow them
	Insecure  bool // do not verify the certificate
	GetToo    bool // when the server refuses HEAD, GET counts (wget --spider)
	Accept    Accept

	timeout time.Duration // 0: the check did not say
}

// Accept is which answers a check takes for success.
type Accept string

// What checks accept.
const (
	AnyStatus Accept = "any answer" // curl without -f
	Below400  Accept = "below 400"  // curl -f
	Success   Accept = "2xx"        // wget, urllib
	Only200   Accept = "200"        // status == 200
)

func (a Accept) ok(status int) bool {
	switch a {
	case AnyStatus:
		return true
	case Below400:
		return status < 400
	case Success:
		return status >= 200 && status < 300
	case Only200:
		return status == 200
	}
	return false
}

// String is the request as sent to an address: "GET http://127.0.0.1:8000/health".
// A query is only hinted at: keys travel there.
func (r Request) String(address string) string {
	u, err := url.Parse(r.URL)
	if err != nil { // parsed before it got here
		return r.Method + " " + r.URL
	}
	u.Host = address
	if u.RawQuery != "" {
		u.RawQuery = "…"
	}
	return r.Method + " " + u.String()
}

// port is the container's own port that the request goes to; false when it is
// sent elsewhere.
func (r Request) port(self []string) (uint16, bool) {
	u, err := url.Parse(r.URL)
	if err != nil || u.User != nil || !isSelf(u.Hostname(), self) {
		return 0, false
	}
	text := u.Port()
	switch {
	case text != "":
	case u.Scheme == "https":
		text = "443"
	default:
		text = "80"
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n == 0 || u.Scheme != "http" && u.Scheme != "https" {
		return 0, false
	}
	return uint16(n), true
}

// isSelf reports whether a host name means the container itself, from within.
func isSelf(host string, names []string) bool {
	if host == "localhost" || slices.Contains(names, host) {
		return true
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}
