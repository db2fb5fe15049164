package ready

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"berth/stack"
)

const (
	// defaultTimeout is how long one try may take where the check does not say.
	defaultTimeout = 2 * time.Second
	// maxTimeout keeps one request that got lost while a service starts from
	// delaying the verdict until a check's generous timeout (Docker's default:
	// 30 s).
	maxTimeout = 10 * time.Second
	// silence is how long a server may leave a request without an answer before
	// it is taken for one that does not speak HTTP. Long, because gunicorn and
	// its like listen while their workers still load.
	silence = 5 * time.Second
	// runningFor is how long a process that cannot be asked must live.
	runningFor = time.Second
)

// Choose is how to ask a service whether it serves:
//
//  1. an HTTP health check: its request, sent to the published port
//  2. another health check, or an unpublished port: its command, by exec
//  3. no health check, a published port: any answer there
//  4. neither: running for a second without a restart
//
// Published ports answer on publishHost; empty: 127.0.0.1.
func Choose(d stack.Detail, publishHost string) Probe {
	if publishHost == "" {
		publishHost = "127.0.0.1"
	}
	p := Probe{Ref: d.Ref, Timeout: defaultTimeout}
	if d.Check != nil && d.Check.Argv() != nil {
		return p.check(d, publishHost)
	}
	at, ok := lowest(d.Ports, publishHost)
	switch {
	case !ok:
		p.Kind, p.run = Running, runOf(d.Service)
		p.Reason = "it has neither a health check nor a published port"
	case isPrometheus(d.Image) && at.Container == prometheusPort:
		p.Kind, p.Address = HTTP, address(at, publishHost)
		p.Request = Request{Method: "GET", URL: "http://localhost:9090/-/ready", Accept: Success}
		p.Reason = "as Prometheus says that it is ready"
	default:
		p.Kind, p.Address, p.Timeout = Port, address(at, publishHost), silence
		p.Reason = "it has no health check"
	}
	return p
}

// check asks as the health check does.
func (p Probe) check(d stack.Detail, publishHost string) Probe {
	if d.Check.Timeout > 0 {
		p.Timeout = min(d.Check.Timeout, maxTimeout)
	}
	p.Kind, p.Argv = Exec, d.Check.Argv()
	p.Reason = "its health check"
	request, ok := parse(d.Check, d.Env)
	if !ok {
		return p
	}
	self := []string{d.Service.Service, d.Container, stack.ShortID(d.ContainerID)}
	port, ok := request.port(self)
	if !ok {
		return p
	}
	at, ok := published(d.Ports, port, publishHost)
	if !ok {
		p.Reason = "its health check; port " + strconv.Itoa(int(port)) + " is not published"
		return p
	}
	p.Kind, p.Request, p.Address = HTTP, request, address(at, publishHost)
	p.Reason = "as its health check does"
	if request.timeout > 0 {
		p.Timeout = min(p.Timeout, request.timeout)
	}
	return p
}

// published is where a container's TCP port is reached from here. Of several
// bindings IPv4 goes first, since the loopback of a local Engine is.
func published(ports []stack.Port, container uint16, publishHost string) (stack.Port, bool) {
	var found stack.Port
	for _, p := range ports {
		if p.Container != container || !reachable(p, publishHost) {
			continue
		}
		if found.Host == 0 || isIPv6(found.HostIP) && !isIPv6(p.HostIP) {
			found = p
		}
	}
	return found, found.Host != 0
}

// lowest is the published port with the lowest number in the container.
func lowest(ports []stack.Port, publishHost string) (stack.Port, bool) {
	usable := slices.DeleteFunc(slices.Clone(ports), func(p stack.Port) bool { return !reachable(p, publishHost) })
	if len(usable) == 0 {
		return stack.Port{}, false
	}
	first := slices.MinFunc(usable, func(a, b stack.Port) int { return int(a.Container) - int(b.Container) })
	return published(usable, first.Container, publishHost)
}

// reachable reports whether a TCP client here gets to p: what a remote Engine
// publishes on its own loopback stays there.
func reachable(p stack.Port, publishHost string) bool {
	if p.Host == 0 || p.Protocol != "" && p.Protocol != "tcp" {
		return false
	}
	ip := net.ParseIP(p.HostIP)
	return ip == nil || !ip.IsLoopback() || isLoopback(publishHost)
}

// address is where to dial: a port that is published on all addresses answers
// on publishHost, one of a specific address there.
func address(p stack.Port, publishHost string) string {
	host := p.HostIP
	switch ip := net.ParseIP(p.HostIP); {
	case p.HostIP == "::" && publishHost == "127.0.0.1": // only IPv6 was asked for
		host = "::1"
	case ip == nil || ip.IsUnspecified():
		host = publishHost
	}
	return net.JoinHostPort(host, strconv.Itoa(int(p.Host)))
}

func isIPv6(ip string) bool { return strings.Contains(ip, ":") }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// prometheusPort is what the official image listens on.
const prometheusPort = 9090

// isPrometheus recognises the official image in any registry, tag and digest.
func isPrometheus(image string) bool {
	image, _, _ = strings.Cut(image, "@")
	repository := image
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		repository = image[:i]
	}
	return repository == "prom/prometheus" || strings.HasSuffix(repository, "/prom/prometheus")
}
