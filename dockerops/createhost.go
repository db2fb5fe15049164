package dockerops

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/containerd/platforms"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

func (b blueprint) hostConfig() (*container.HostConfig, error) {
	s := b.service
	h := &container.HostConfig{
		Annotations:    s.Annotations,
		CapAdd:         s.CapAdd,
		CapDrop:        s.CapDrop,
		CgroupnsMode:   container.CgroupnsMode(s.Cgroup),
		DNSOptions:     s.DNSOpts,
		DNSSearch:      s.DNSSearch,
		ExtraHosts:     s.ExtraHosts.AsList(":"),
		GroupAdd:       s.GroupAdd,
		Init:           s.Init,
		IpcMode:        container.IpcMode(s.Ipc),
		OomScoreAdj:    int(s.OomScoreAdj),
		PidMode:        container.PidMode(s.Pid),
		Privileged:     s.Privileged,
		ReadonlyRootfs: s.ReadOnly,
		Resources:      resources(s),
		RestartPolicy:  restartPolicy(s),
		Runtime:        s.Runtime,
		ShmSize:        int64(s.ShmSize),
		StorageOpt:     s.StorageOpt,
		Sysctls:        s.Sysctls,
		Tmpfs:          tmpfs(s),
		UsernsMode:     container.UsernsMode(s.UserNSMode),
		UTSMode:        container.UTSMode(s.Uts),
	}
	slices.Sort(h.ExtraHosts)
	if s.Logging != nil {
		h.LogConfig = container.LogConfig{Type: s.Logging.Driver, Config: s.Logging.Options}
	}
	var err error
	if h.DNS, err = addresses(s.DNS); err != nil {
		return nil, fmt.Errorf("dns: %w", err)
	}
	if h.PortBindings, err = portBindings(s); err != nil {
		return nil, err
	}
	if err := b.security(h); err != nil {
		return nil, err
	}
	h.Binds, h.Mounts = b.mounts()
	return h, nil
}

// resources: what deploy.resources says goes before the older attributes.
func resources(s types.ServiceConfig) container.Resources {
	r := container.Resources{
		CgroupParent:      s.CgroupParent,
		CPUShares:         s.CPUShares,
		CPUPeriod:         s.CPUPeriod,
		CPUQuota:          s.CPUQuota,
		CpusetCpus:        s.CPUSet,
		DeviceCgroupRules: s.DeviceCgroupRules,
		Memory:            int64(s.MemLimit),
		MemoryReservation: int64(s.MemReservation),
		MemorySwap:        int64(s.MemSwapLimit),
		NanoCPUs:          int64(s.CPUS * 1e9),
		OomKillDisable:    &s.OomKillDisable,
		// Of other systems and schedulers, as they are.
		CPUCount: s.CPUCount, CPUPercent: int64(s.CPUPercent * 100),
		CPURealtimePeriod: s.CPURTPeriod, CPURealtimeRuntime: s.CPURTRuntime,
	}
	if s.MemSwappiness != 0 {
		swappiness := int64(s.MemSwappiness)
		r.MemorySwappiness = &swappiness
	}
	blockIO(&r, s.BlkioConfig)
	if s.PidsLimit != 0 {
		r.PidsLimit = &s.PidsLimit
	}
	if s.Deploy != nil {
		if limits := s.Deploy.Resources.Limits; limits != nil {
			r.Memory = cmp.Or(int64(limits.MemoryBytes), r.Memory)
			r.NanoCPUs = cmp.Or(int64(limits.NanoCPUs*1e9), r.NanoCPUs)
			if limits.Pids > 0 {
				r.PidsLimit = &limits.Pids
			}
		}
		if reserved := s.Deploy.Resources.Reservations; reserved != nil {
			r.MemoryReservation = cmp.Or(int64(reserved.MemoryBytes), r.MemoryReservation)
		}
	}
	devices(&r, s)
	for name, u := range s.Ulimits {
		r.Ulimits = append(r.Ulimits, &container.Ulimit{
			Name: name, Soft: int64(cmp.Or(u.Soft, u.Single)), Hard: int64(cmp.Or(u.Hard, u.Single)),
		})
	}
	slices.SortFunc(r.Ulimits, func(a, b *container.Ulimit) int { return cmp.Compare(a.Name, b.Name) })
	return r
}

// restartPolicy reads "on-failure:3"; deploy.restart_policy goes before it.
func restartPolicy(s types.ServiceConfig) container.RestartPolicy {
	name, retries, _ := strings.Cut(s.Restart, ":")
	n, err := strconv.Atoi(retries)
	if err != nil {
		n = 0 // compose-go has checked the form
	}
	policy := container.RestartPolicy{Name: restartMode(name), MaximumRetryCount: n}
	if s.Deploy != nil && s.Deploy.RestartPolicy != nil {
		policy = container.RestartPolicy{Name: restartMode(s.Deploy.RestartPolicy.Condition)}
		if most := s.Deploy.RestartPolicy.MaxAttempts; most != nil {
			policy.MaximumRetryCount = int(*most) //nolint:gosec // a count of attempts
		}
	}
	return policy
}

// restartMode: deploy.restart_policy has words of its own.
func restartMode(word string) container.RestartPolicyMode {
	switch word {
	case "none":
		return container.RestartPolicyDisabled
	case "any":
		return container.RestartPolicyAlways
	}
	return container.RestartPolicyMode(word)
}

func tmpfs(s types.ServiceConfig) map[string]string {
	mounts := map[string]string{}
	for _, t := range s.Tmpfs {
		target, options, _ := strings.Cut(t, ":")
		mounts[target] = options
	}
	return mounts
}

func addresses(list []string) ([]netip.Addr, error) {
	var all []netip.Addr
	for _, a := range list {
		ip, err := netip.ParseAddr(a)
		if err != nil {
			return nil, err
		}
		all = append(all, ip)
	}
	return all, nil
}

func containerPort(p types.ServicePortConfig) (network.Port, error) {
	return network.ParsePort(fmt.Sprintf("%d/%s", p.Target, p.Protocol))
}

func portBindings(s types.ServiceConfig) (network.PortMap, error) {
	bindings := network.PortMap{}
	for _, p := range s.Ports {
		port, err := containerPort(p)
		if err != nil {
			return nil, err
		}
		b := network.PortBinding{HostPort: p.Published}
		if p.HostIP != "" {
			if b.HostIP, err = netip.ParseAddr(strings.Trim(p.HostIP, "[]")); err != nil {
				return nil, fmt.Errorf("port %d: %w", p.Target, err)
			}
		}
		bindings[port] = append(bindings[port], b)
	}
	return bindings, nil
}

// platform is what the file says, or DOCKER_DEFAULT_PLATFORM.
func (b blueprint) platform() (*ocispec.Platform, error) {
	name := cmp.Or(b.service.Platform, b.project.Model.Environment["DOCKER_DEFAULT_PLATFORM"])
	if name == "" {
		return nil, nil
	}
	p, err := platforms.Parse(name)
	if err != nil {
		return nil, fmt.Errorf("platform: %w", err)
	}
	return &p, nil
}
