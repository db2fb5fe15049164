package ready

import (
	"testing"
	"time"

	"berth/stack"
)

func tcp(ip string, host, container uint16) stack.Port {
	return stack.Port{HostIP: ip, Host: host, Container: container, Protocol: "tcp"}
}

func TestChoose(t *testing.T) {
	curl := &stack.Check{Test: []string{"CMD", "curl", "-f", "http://localhost:8000/health"}, Timeout: 3 * time.Second}
	other := &stack.Check{Test: []string{"CMD", "pg_isready"}, Timeout: 3 * time.Second}
	both := []stack.Port{tcp("0.0.0.0", 18000, 8000), tcp("::", 18000, 8000)}
	for _, c := range []struct {
		name        string
		check       *stack.Check
		image       string
		publishHost string
		ports       []stack.Port
		want        string
		timeout     time.Duration
	}{
		{"published", curl, "", "", both, "GET http://127.0.0.1:18000/health, as its health check does", 3 * time.Second},
		{"remote Engine", curl, "", "build.example", both, "GET http://build.example:18000/health, as its health check does", 3 * time.Second},
		{"remote Engine, IPv6", curl, "", "fd00::7", both, "GET http://[fd00::7]:18000/health, as its health check does", 3 * time.Second},
		{"own address", curl, "", "", []stack.Port{tcp("10.0.0.5", 80, 8000)}, "GET http://10.0.0.5:80/health, as its health check does", 3 * time.Second},
		{"own IPv6 address", curl, "", "", []stack.Port{tcp("fd00::1", 80, 8000)}, "GET http://[fd00::1]:80/health, as its health check does", 3 * time.Second},
		{"only IPv6", curl, "", "", []stack.Port{tcp("::", 80, 8000)}, "GET http://[::1]:80/health, as its health check does", 3 * time.Second},
		{"the one of several that the check names", curl, "", "", []stack.Port{tcp("", 1, 80), tcp("", 2, 8000), tcp("", 3, 443)}, "GET http://127.0.0.1:2/health, as its health check does", 3 * time.Second},
		{"unpublished", curl, "", "", nil, "exec curl -f http://localhost:8000/health, its health check; port 8000 is not published", 3 * time.Second},
		{"only exposed", curl, "", "", []stack.Port{tcp("", 0, 8000)}, "exec curl -f http://localhost:8000/health, its health check; port 8000 is not published", 3 * time.Second},
		{"another port published", curl, "", "", []stack.Port{tcp("", 1, 80)}, "exec curl -f http://localhost:8000/health, its health check; port 8000 is not published", 3 * time.Second},
		{"on a remote loopback", curl, "", "build.example", []stack.Port{tcp("127.0.0.1", 80, 8000)}, "exec curl -f http://localhost:8000/health, its health check; port 8000 is not published", 3 * time.Second},
		{"on the local loopback", curl, "", "127.0.0.1", []stack.Port{tcp("127.0.0.1", 80, 8000)}, "GET http://127.0.0.1:80/health, as its health check does", 3 * time.Second},
		{"not HTTP", other, "", "", []stack.Port{tcp("", 5432, 5432)}, "exec pg_isready, its health check", 3 * time.Second},
		{"Docker's default timeout", &stack.Check{Test: []string{"CMD", "true"}, Timeout: 30 * time.Second}, "", "", nil, "exec true, its health check", 10 * time.Second},
		{"the request's own limit", &stack.Check{Test: []string{"CMD", "curl", "-m1", "localhost:8000"}, Timeout: 3 * time.Second}, "", "", both, "GET http://127.0.0.1:18000, as its health check does", time.Second},
		{"a key in the query", &stack.Check{Test: []string{"CMD", "curl", "localhost:8000/h?key=s3cret"}}, "", "", both, "GET http://127.0.0.1:18000/h?…, as its health check does", 2 * time.Second},
		{"check switched off", &stack.Check{Test: []string{"NONE"}}, "", "", both, "any answer on 127.0.0.1:18000, it has no health check", 5 * time.Second},

		{"no check", nil, "", "", []stack.Port{tcp("", 18443, 8443), tcp("", 18080, 8080)}, "any answer on 127.0.0.1:18080, it has no health check", 5 * time.Second},
		{"only UDP", nil, "", "", []stack.Port{{Host: 53, Container: 53, Protocol: "udp"}}, "running for 1.0 s, it has neither a health check nor a published port", 2 * time.Second},
		{"nothing to ask", nil, "", "", nil, "running for 1.0 s, it has neither a health check nor a published port", 2 * time.Second},

		{"Prometheus", nil, "prom/prometheus:v3.5.0", "", []stack.Port{tcp("", 19090, 9090)}, "GET http://127.0.0.1:19090/-/ready, as Prometheus says that it is ready", 2 * time.Second},
		{"Prometheus, mirrored", nil, "quay.io:443/prom/prometheus@sha256:00", "", []stack.Port{tcp("", 19090, 9090)}, "GET http://127.0.0.1:19090/-/ready, as Prometheus says that it is ready", 2 * time.Second},
		{"Prometheus, own check", curl, "prom/prometheus", "", both, "GET http://127.0.0.1:18000/health, as its health check does", 3 * time.Second},
		{"not Prometheus", nil, "acme/xprom/prometheus-exporter", "", []stack.Port{tcp("", 1, 9090)}, "any answer on 127.0.0.1:1, it has no health check", 5 * time.Second},
		{"Prometheus, another port", nil, "prom/prometheus", "", []stack.Port{tcp("", 1, 8080)}, "any answer on 127.0.0.1:1, it has no health check", 5 * time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := stack.Detail{Check: c.check, Service: stack.Service{Image: c.image, Ports: c.ports, Phase: stack.Running}}
			p := Choose(d, c.publishHost)
			if p.String() != c.want || p.Timeout != c.timeout {
				t.Errorf("\n got %s (%v)\nwant %s (%v)", p, p.Timeout, c.want, c.timeout)
			}
		})
	}
}
