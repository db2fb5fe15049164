package dockerops

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/client/pkg/versions"

	"berth/dockerfile"
	"berth/stack"
)

// hostGateway is the address by which extra_hosts means the Engine's host.
const hostGateway = "host-gateway"

// buildSpec is one service's build, decided: what `docker compose` would ask
// for.
type buildSpec struct {
	service  string
	dir      string   // of the project
	tags     []string // the service's image first
	platform string   // empty: the Engine's
	args     map[string]string
	labels   map[string]string
	noCache  bool
	pull     bool
	config   types.BuildConfig
	source   buildSource
}

// newBuildSpec reads what the compose file says. proxies are the build
// arguments that Docker's configuration adds; the file's own win.
func newBuildSpec(r BuildRequest, proxies map[string]string) (buildSpec, error) {
	service, err := r.Project.Service(r.Service)
	if err != nil {
		return buildSpec{}, err
	}
	if service.Build == nil {
		return buildSpec{}, &stack.Problem{What: r.Service + " has no build section", Err: stack.ErrUsage, Hint: "pull its image " + service.Image + " instead"}
	}
	s := buildSpec{
		service: r.Service,
		dir:     r.Project.Dir,
		config:  *service.Build,
		tags:    append([]string{r.Project.ImageName(r.Service)}, service.Build.Tags...),
		labels:  r.Project.BuildLabels(r.Service),
		args:    maps.Clone(proxies),
		noCache: r.NoCache || service.Build.NoCache,
		pull:    r.Pull || service.Build.Pull,
	}
	if s.platform, err = buildPlatform(service, r.Project.Model.Environment["DOCKER_DEFAULT_PLATFORM"]); err != nil {
		return buildSpec{}, err
	}
	// An argument without a value takes the environment's; unset there, the
	// Dockerfile's default stays.
	for k, v := range service.Build.Args.Resolve(r.Project.Model.Environment.Resolve) {
		if v != nil {
			s.args[k] = *v
		}
	}
	maps.Copy(s.args, r.Args)
	if r.Target != "" {
		s.config.Target = r.Target
	}
	s.source, err = openSource(service.Build)
	return s, err
}

// file is the Dockerfile; one that does not parse has no stages, and its error
// comes from the Engine.
func (s buildSpec) file() dockerfile.File {
	f, err := dockerfile.Parse(s.source.text, s.args)
	if err != nil {
		return dockerfile.File{}
	}
	return f
}

// buildPlatform chooses as compose does for an image that is going to run
// here: the service's platform or the default one, which build.platforms must
// allow; then the only one of build.platforms; else the Engine's.
func buildPlatform(service types.ServiceConfig, fallback string) (string, error) {
	allowed := service.Build.Platforms
	if want := cmp.Or(service.Platform, fallback); want != "" {
		if len(allowed) > 0 && !slices.Contains(allowed, want) {
			return "", &stack.Problem{
				What: fmt.Sprintf("build.platforms of %s does not have %s", service.Name, want),
				Hint: "add it there, or change the service's platform or DOCKER_DEFAULT_PLATFORM",
				Err:  stack.ErrUsage,
			}
		}
		return want, nil
	}
	if len(allowed) == 1 {
		return allowed[0], nil
	}
	return "", nil
}

// attrs is the build in the words of BuildKit's Dockerfile frontend. gateway
// is the address that host-gateway stands for.
func (s buildSpec) attrs(gateway string) map[string]string {
	attrs := s.source.attrs()
	set := func(key, value string) {
		if value != "" {
			attrs[key] = value
		}
	}
	for k, v := range s.args {
		attrs["build-arg:"+k] = v
	}
	for k, v := range s.labels {
		attrs["label:"+k] = v
	}
	set("target", s.config.Target)
	set("platform", s.platform)
	// A tag that is here is used without asking its registry, as `docker
	// build` does; one that is not is pulled.
	attrs["image-resolve-mode"] = "local"
	if s.pull {
		attrs["image-resolve-mode"] = "pull"
	}
	set("no-cache", strings.Join(s.config.NoCacheFilter, ","))
	if s.noCache {
		attrs["no-cache"] = "" // every stage
	}
	if s.config.Network != "default" {
		set("force-network-mode", s.config.Network)
	}
	hosts := s.config.ExtraHosts.AsList("=")
	slices.Sort(hosts)
	set("add-hosts", strings.ReplaceAll(strings.Join(hosts, ","), "="+hostGateway, "="+gateway))
	if s.config.ShmSize > 0 {
		attrs["shm-size"] = strconv.FormatInt(int64(s.config.ShmSize), 10)
	}
	var limits []string
	for name, l := range s.ulimits() {
		limits = append(limits, fmt.Sprintf("%s=%d:%d", name, l[0], l[1]))
	}
	slices.Sort(limits)
	set("ulimit", strings.Join(limits, ","))
	return attrs
}

// ulimits are the soft and hard limits by name.
func (s buildSpec) ulimits() map[string][2]int64 {
	limits := map[string][2]int64{}
	for name, l := range s.config.Ulimits {
		limits[name] = [2]int64{int64(l.Soft), int64(l.Hard)}
		if l.Single != 0 {
			limits[name] = [2]int64{int64(l.Single), int64(l.Single)}
		}
	}
	return limits
}

// wantsGateway reports whether the address of the Engine's host is needed.
func (s buildSpec) wantsGateway() bool {
	return slices.ContainsFunc(s.config.ExtraHosts.AsList("="), func(h string) bool { return strings.HasSuffix(h, "="+hostGateway) })
}

// beyond names what is asked for and this Engine's BuildKit passes over.
// Resource settings came with API 1.42 (Engine 23).
func (s buildSpec) beyond(api string) []string {
	var names []string
	if versions.LessThan(api, "1.42") {
		if s.config.ShmSize > 0 {
			names = append(names, "build.shm_size")
		}
		if len(s.config.Ulimits) > 0 {
			names = append(names, "build.ulimits")
		}
	}
	return names
}

// sharedKey is under which name the Engine keeps its copy of a context, so
// that only changes are sent. The host's name keeps two machines with equal
// paths apart.
func (s buildSpec) sharedKey() (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("naming the build context: %w", err)
	}
	return "berth:" + host + ":" + s.source.key(), nil
}
