package ready

import (
	"regexp"
	"strings"
)

// A Python check is understood when nothing is left of it but these: imports,
// one call, written @ once found, and what is made of its answer.
var (
	pyImport = regexp.MustCompile(`^(import|from)\s`)
	pyOpen   = regexp.MustCompile(`(?:(?:urllib\.)?request\.)?urlopen\(\s*['"]([^'"]+)['"]\s*(?:,\s*timeout\s*=\s*([\d.]+)\s*)?\)`)
	pyGet    = regexp.MustCompile(`(requests|httpx)\.get\(\s*['"]([^'"]+)['"]\s*(?:,\s*timeout\s*=\s*([\d.]+)\s*)?\)`)
	pyConn   = regexp.MustCompile(`^(\w+)\s*=\s*(?:http\.client\.)?HTTPConnection\(\s*['"]([^'"]+)['"]\s*(?:,\s*(\d+)\s*)?(?:,\s*timeout\s*=\s*([\d.]+)\s*)?\)$`)
	pySend   = regexp.MustCompile(`^(\w+)\.request\(\s*['"]([A-Z]+)['"]\s*,\s*['"]([^'"]+)['"]\s*\)$`)
	pyName   = regexp.MustCompile(`^(\w+)\s*=\s*@$`)

	pyPlain = regexp.MustCompile(`^@(\.read\(\)|\.close\(\))?$`)
	pyRaise = regexp.MustCompile(`^@\.raise_for_status\(\)$`)
	pyOK    = regexp.MustCompile(`^(assert @\.ok|` + pyExit + `(0 if @\.ok else 1|not @\.ok)\))$`)
	py200   = regexp.MustCompile(`^(assert ` + pyStatus + ` == 200|` + pyExit + `(0 if ` + pyStatus + ` == 200 else 1|` + pyStatus + ` != 200|int\(` + pyStatus + ` != 200\))\))$`)
)

const (
	pyExit   = `(?:sys\.exit|exit|quit|raise SystemExit)\(`
	pyStatus = `@\.(?:status|status_code|code|getcode\(\))`
)

// pythonRequest understands python -c with one urllib, requests, httpx or
// http.client call to a literal address.
func pythonRequest(args []string) (Request, bool) {
	if len(args) != 2 || args[0] != "-c" {
		return Request{}, false
	}
	r := Request{Method: "GET"}
	calls := 0
	called := func(address, limit string) bool {
		calls++
		return r.to(address) && r.limit(limit)
	}
	var connection, answer string
	sent := false // over the connection
	for _, s := range strings.FieldsFunc(args[1], func(c rune) bool { return c == ';' || c == '\n' }) {
		s = strings.TrimSpace(s)
		if s == "" || pyImport.MatchString(s) {
			continue
		}
		if m := pyConn.FindStringSubmatch(s); m != nil && connection == "" {
			host := m[2]
			if m[3] != "" {
				host += ":" + m[3]
			}
			if connection = m[1]; !called(host, m[4]) {
				return r, false
			}
			r.Accept = AnyStatus
			continue
		}
		if m := pySend.FindStringSubmatch(s); m != nil && m[1] == connection {
			if r.Method = m[2]; sent || !strings.HasPrefix(m[3], "/") || !r.to(r.URL+m[3]) {
				return r, false
			}
			sent = true
			continue
		}
		if m := pyOpen.FindStringSubmatch(s); m != nil {
			if !called(m[1], m[2]) {
				return r, false
			}
			r.Accept, r.Redirects = Success, true
			s = strings.Replace(s, m[0], "@", 1)
		}
		if m := pyGet.FindStringSubmatch(s); m != nil {
			if !called(m[2], m[3]) {
				return r, false
			}
			r.Accept, r.Redirects = AnyStatus, m[1] == "requests"
			s = strings.Replace(s, m[0], "@", 1)
		}
		if connection != "" {
			s = strings.Replace(s, connection+".getresponse()", "@", 1)
		}
		if m := pyName.FindStringSubmatch(s); m != nil && answer == "" {
			answer = m[1]
			continue
		}
		if answer != "" {
			s = regexp.MustCompile(`\b`+answer+`\b`).ReplaceAllString(s, "@")
		}
		if !r.judge(s) {
			return r, false
		}
	}
	return r, calls == 1 && sent == (connection != "")
}

// judge takes what the program makes of the answer.
func (r *Request) judge(s string) bool {
	switch {
	case pyPlain.MatchString(s):
	case pyRaise.MatchString(s) && !r.Redirects: // httpx does not follow, and raises for a redirect
		r.Accept = Success
	case pyOK.MatchString(s), pyRaise.MatchString(s):
		if r.Accept == AnyStatus {
			r.Accept = Below400
		}
	case py200.MatchString(s):
		r.Accept = Only200
	default:
		return false
	}
	return true
}
