package compose

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/compose-spec/compose-go/v2/types"
)

// hashOrder is the order in which docker compose hashes a service's
// attributes: that of compose-go's struct until it was regrouped in v2.16.
// Those that compose clears before are left out, newer ones follow by name.
var hashOrder = strings.Fields(`
	annotations attach develop blkio_config cap_add cap_drop cgroup_parent cgroup
	cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpus cpuset cpu_shares
	command configs container_name credential_spec deploy device_cgroup_rules devices dns dns_opt dns_search
	dockerfile domainname entrypoint provider environment env_file expose extends external_links extra_hosts
	group_add gpus hostname healthcheck image init ipc isolation labels label_file links logging log_driver log_opt
	mem_limit mem_reservation memswap_limit mem_swappiness mac_address models net network_mode networks
	oom_kill_disable oom_score_adj pid pids_limit platform ports privileged read_only restart runtime
	secrets security_opt shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits
	use_api_socket user userns_mode uts volume_driver volumes volumes_from working_dir pre_start post_start pre_stop`)

// form is which docker compose a hash is like. They differ in the bind mounts
// of a service: 2.x writes create_host_path when it is true, its default, and
// 5.x when it is false (compose-go's OptOut, since v2.10).
type form int

const (
	compose2 form = iota
	compose5
)

// Hash is the config hash of a service as docker compose 2 writes it: what
// goes on a container. resolve gives the container that stands for a service
// whose namespace or volumes are shared (network_mode: service:x); nil: none.
func (p *Project) Hash(service string, resolve func(service string) (containerID string, ok bool)) (string, error) {
	s, err := p.Service(service)
	if err != nil {
		return "", err
	}
	return hashService(resolveReferences(s, resolve), compose2)
}

// hashes are all hashes that an up-to-date container may carry: none of them
// is a reason to recreate what either docker compose made.
func (p *Project) hashes(service string, resolve func(string) (string, bool)) ([]string, error) {
	s, err := p.Service(service)
	if err != nil {
		return nil, err
	}
	s = resolveReferences(s, resolve)
	var all []string
	for _, f := range []form{compose2, compose5} {
		hash, err := hashService(s, f)
		if err != nil {
			return nil, err
		}
		all = append(all, hash)
	}
	return all, nil
}

// Hashes are the config hashes of a container of the service that is as the
// file says; nil where they depend on another container, whose namespace or
// volumes the service shares.
func (p *Project) Hashes(service string) ([]string, error) {
	s, err := p.Service(service)
	if err != nil {
		return nil, err
	}
	shares := len(s.VolumesFrom) > 0
	for _, mode := range []string{s.NetworkMode, s.Ipc, s.Pid} {
		shares = shares || strings.HasPrefix(mode, types.ServicePrefix)
	}
	if shares {
		return nil, nil
	}
	return p.hashes(service, nil)
}

func hashService(s types.ServiceConfig, f form) (string, error) {
	attributes, err := hashed(s, f)
	if err != nil {
		return "", fmt.Errorf("hashing the service %s: %w", s.Name, err)
	}
	var b bytes.Buffer
	separator := byte('{')
	emit := func(key string) {
		if value, ok := attributes[key]; ok {
			b.WriteByte(separator)
			fmt.Fprintf(&b, "%q:%s", key, value)
			separator = ','
			delete(attributes, key)
		}
	}
	for _, key := range hashOrder {
		emit(key)
	}
	for _, key := range slices.Sorted(maps.Keys(attributes)) {
		emit(key)
	}
	b.WriteByte('}')
	return digest(b.Bytes()), nil
}

// hashed gives the attributes that count, each as compose writes it.
func hashed(s types.ServiceConfig, f form) (map[string]json.RawMessage, error) {
	s.Build, s.PullPolicy, s.Scale, s.DependsOn, s.Profiles = nil, "", nil, nil, nil
	if s.Deploy != nil {
		deploy := *s.Deploy
		deploy.Replicas = nil
		s.Deploy = &deploy
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal(raw, &attributes); err != nil {
		return nil, err
	}
	if f == compose2 && len(s.Volumes) > 0 {
		attributes["volumes"], err = json.Marshal(volumesOf2(s.Volumes))
	}
	return attributes, err
}

// mount2 and bind2 are compose-go's types as they were before v2.10, in that
// order.
type (
	mount2 struct {
		Type        string                     `json:"type,omitempty"`
		Source      string                     `json:"source,omitempty"`
		Target      string                     `json:"target,omitempty"`
		ReadOnly    bool                       `json:"read_only,omitempty"`
		Consistency string                     `json:"consistency,omitempty"`
		Bind        *bind2                     `json:"bind,omitempty"`
		Volume      *types.ServiceVolumeVolume `json:"volume,omitempty"`
		Tmpfs       *types.ServiceVolumeTmpfs  `json:"tmpfs,omitempty"`
		Image       *types.ServiceVolumeImage  `json:"image,omitempty"`
	}
	bind2 struct {
		SELinux        string `json:"selinux,omitempty"`
		Propagation    string `json:"propagation,omitempty"`
		CreateHostPath bool   `json:"create_host_path,omitempty"`
		Recursive      string `json:"recursive,omitempty"`
	}
)

func volumesOf2(volumes []types.ServiceVolumeConfig) []mount2 {
	var mounts []mount2
	for _, v := range volumes {
		m := mount2{v.Type, v.Source, v.Target, v.ReadOnly, v.Consistency, nil, v.Volume, v.Tmpfs, v.Image}
		if b := v.Bind; b != nil {
			m.Bind = &bind2{b.SELinux, b.Propagation, bool(b.CreateHostPath), b.Recursive}
		}
		mounts = append(mounts, m)
	}
	return mounts
}

// resolveReferences puts containers in place of services. What cannot be
// resolved stays: it equals no recorded hash, as in compose.
func resolveReferences(s types.ServiceConfig, resolve func(string) (string, bool)) types.ServiceConfig {
	if resolve == nil {
		return s
	}
	for _, mode := range []*string{&s.NetworkMode, &s.Ipc, &s.Pid} {
		if name, shared := strings.CutPrefix(*mode, types.ServicePrefix); shared {
			if id, ok := resolve(name); ok {
				*mode = types.ContainerPrefix + id
			}
		}
	}
	s.VolumesFrom = slices.Clone(s.VolumesFrom)
	for i, from := range s.VolumesFrom {
		if id, own := strings.CutPrefix(from, types.ContainerPrefix); own {
			s.VolumesFrom[i] = id
			continue
		}
		name, _, _ := strings.Cut(from, ":")
		if id, ok := resolve(name); ok {
			s.VolumesFrom[i] = id
		}
	}
	return s
}

// NetworkHash is the config hash of the network that the file calls key.
func (p *Project) NetworkHash(key string) (string, error) {
	n, ok := p.Model.Networks[key]
	if !ok {
		return "", fmt.Errorf("no network named %s in the compose file", key)
	}
	raw, err := json.Marshal(n)
	if err != nil {
		return "", fmt.Errorf("hashing the network %s: %w", key, err)
	}
	return digest(raw), nil
}

// VolumeHash is the config hash of the volume that the file calls key.
func (p *Project) VolumeHash(key string) (string, error) {
	v, ok := p.Model.Volumes[key]
	if !ok {
		return "", fmt.Errorf("no volume named %s in the compose file", key)
	}
	if v.Driver == "" {
		v.Driver = "local"
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("hashing the volume %s: %w", key, err)
	}
	return digest(raw), nil
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
