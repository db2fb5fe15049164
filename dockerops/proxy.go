package dockerops

import "strings"

// proxy is one entry of "proxies" in the docker CLI's config.json.
type proxy struct {
	HTTP  string `json:"httpProxy"`
	HTTPS string `json:"httpsProxy"`
	No    string `json:"noProxy"`
	FTP   string `json:"ftpProxy"`
	All   string `json:"allProxy"`
}

// proxyEnv is what `docker` and `docker compose` add to the environment of the
// containers they create and to build arguments, each name in upper and lower
// case. host is the DOCKER_HOST value in use; an entry for it replaces the
// default one as a whole.
func (c cliConfig) proxyEnv(host string) map[string]string {
	p, ok := c.Proxies[host]
	if !ok {
		p = c.Proxies["default"]
	}
	env := map[string]string{}
	for name, value := range map[string]string{
		"HTTP_PROXY": p.HTTP, "HTTPS_PROXY": p.HTTPS, "NO_PROXY": p.No, "FTP_PROXY": p.FTP, "ALL_PROXY": p.All,
	} {
		if value != "" {
			env[name], env[strings.ToLower(name)] = value, value
		}
	}
	return env
}
