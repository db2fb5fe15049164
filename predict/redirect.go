package predict

import (
	"net/http"
	"net/url"
	"slices"

	"berth/safetext"
)

// sameHost is c, except that it follows a redirect only within one host, or to
// one of those that the user allows ("models.example" or "models.example:8080"),
// and only when it keeps method and body, as 307 and 308 do for a POST. Any
// other redirect is an answer like any other.
func sameHost(c *http.Client, follow []string) *http.Client {
	local := *c
	local.CheckRedirect = func(request *http.Request, via []*http.Request) error {
		to := request.URL
		allowed := to.Host == via[0].URL.Host || slices.Contains(follow, to.Host) || slices.Contains(follow, to.Hostname())
		if len(via) > 5 || !allowed || request.Method != via[0].Method {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &local
}

// elsewhere is where an answer would lead that points to another host; empty
// when it does not.
func elsewhere(r *http.Response) string {
	if r.StatusCode/100 != 3 || r.Request == nil {
		return ""
	}
	to, err := r.Location()
	if err != nil || to.Host == r.Request.URL.Host {
		return ""
	}
	return to.Redacted()
}

// followed is where redirects led that were followed; empty: there were none.
// What a query holds is left out, for it may be a secret.
func followed(asked *http.Request, r *http.Response) string {
	if r.Request == nil || r.Request == asked {
		return ""
	}
	to := r.Request.URL
	if to.Host == asked.URL.Host {
		return to.EscapedPath()
	}
	return to.Scheme + "://" + to.Host + to.EscapedPath()
}

// FollowHint says how to allow what Response.Moved names.
func FollowHint(to string) string {
	host := to
	if u, err := url.Parse(to); err == nil {
		host = u.Host
	}
	return "it redirects to another host, which is not followed unasked: --follow " + safetext.Line(host) + " allows it"
}
