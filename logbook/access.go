package logbook

import "strings"

// checked are the paths by which services are asked for their health.
var checked = map[string]bool{
	"/health": true, "/healthz": true, "/healthcheck": true, "/livez": true, "/readyz": true, "/live": true, "/ready": true, "/ping": true,
	"/health/live": true, "/health/ready": true, "/-/healthy": true, "/-/ready": true,
}

// isHealthCheck recognises the access log's line of a health check that
// succeeded, as uvicorn, gunicorn, nginx and the common log format write it:
// "GET /health HTTP/1.1" 200. The text is without colours.
func isHealthCheck(text string) bool {
	_, request, ok := strings.Cut(text, `"GET /`)
	if !ok {
		if _, request, ok = strings.Cut(text, `"HEAD /`); !ok {
			return false
		}
	}
	target, status, ok := strings.Cut(request, `" `)
	path, _, _ := strings.Cut(target, " ")
	path, _, _ = strings.Cut(path, "?")
	return ok && checked["/"+strings.TrimSuffix(path, "/")] && strings.HasPrefix(status, "2")
}
