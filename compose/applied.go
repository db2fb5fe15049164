package compose

import (
	"strings"

	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/tree"
	"github.com/compose-spec/compose-go/v2/types"
)

// applied is every attribute that Berth acts upon, one a line: whatever else a
// file holds is reported as not applied. "*" is any name, "[]" any element of
// a list. A line goes in when package dockerops does it, and only then.
var applied = []tree.Path{
	"name",

	// Which image, and how it is made.
	"services.*.image",
	"services.*.platform",
	"services.*.pull_policy",
	"services.*.build.context",
	"services.*.build.dockerfile",
	"services.*.build.dockerfile_inline",
	"services.*.build.args.*",
	"services.*.build.target",
	"services.*.build.labels.*",
	"services.*.build.tags",
	"services.*.build.no_cache",
	"services.*.build.no_cache_filter",
	"services.*.build.pull",
	"services.*.build.platforms",
	"services.*.build.network",
	"services.*.build.extra_hosts.*",
	"services.*.build.shm_size",
	"services.*.build.ulimits.*.soft",
	"services.*.build.ulimits.*.hard",

	// What runs.
	"services.*.command",
	"services.*.entrypoint",
	"services.*.environment.*",
	"services.*.env_file.[].path",
	"services.*.env_file.[].required",
	"services.*.env_file.[].format",
	"services.*.user",
	"services.*.working_dir",
	"services.*.hostname",
	"services.*.domainname",
	"services.*.container_name",
	"services.*.labels.*",
	"services.*.label_file",
	"services.*.annotations.*",
	"services.*.init",
	"services.*.tty",
	"services.*.stdin_open",
	"services.*.stop_signal",
	"services.*.stop_grace_period",
	"services.*.restart",

	// What berth watch and berth sync do.
	"services.*.develop.watch.[].path",
	"services.*.develop.watch.[].action",
	"services.*.develop.watch.[].target",
	"services.*.develop.watch.[].include",
	"services.*.develop.watch.[].ignore",
	"services.*.develop.watch.[].initial_sync",
	"services.*.develop.watch.[].exec.command",
	"services.*.develop.watch.[].exec.user",
	"services.*.develop.watch.[].exec.privileged",
	"services.*.develop.watch.[].exec.working_dir",
	"services.*.develop.watch.[].exec.environment.*",

	// How it is looked after, and in which order.
	"services.*.healthcheck.test",
	"services.*.healthcheck.interval",
	"services.*.healthcheck.timeout",
	"services.*.healthcheck.retries",
	"services.*.healthcheck.start_period",
	"services.*.healthcheck.start_interval",
	"services.*.healthcheck.disable",
	"services.*.depends_on.*.condition",
	"services.*.depends_on.*.required",
	"services.*.depends_on.*.restart",
	"services.*.profiles",
	"services.*.scale",

	// What it reaches.
	"services.*.ports.[].name",
	"services.*.ports.[].target",
	"services.*.ports.[].published",
	"services.*.ports.[].host_ip",
	"services.*.ports.[].protocol",
	"services.*.ports.[].mode",
	"services.*.ports.[].app_protocol",
	"services.*.expose",
	"services.*.networks.*.aliases",
	"services.*.networks.*.priority",
	"services.*.networks.*.gw_priority",
	"services.*.networks.*.driver_opts.*",
	"services.*.networks.*.ipv4_address",
	"services.*.networks.*.ipv6_address",
	"services.*.networks.*.link_local_ips",
	"services.*.networks.*.mac_address",
	"services.*.mac_address",
	"services.*.network_mode",
	"services.*.extra_hosts.*",
	"services.*.dns",
	"services.*.dns_opt",
	"services.*.dns_search",
	"services.*.pid",
	"services.*.ipc",
	"services.*.uts",
	"services.*.cgroup",
	"services.*.userns_mode",

	// What it keeps.
	"services.*.volumes.[].type",
	"services.*.volumes.[].source",
	"services.*.volumes.[].target",
	"services.*.volumes.[].read_only",
	"services.*.volumes.[].consistency",
	"services.*.volumes.[].bind.propagation",
	"services.*.volumes.[].bind.create_host_path",
	"services.*.volumes.[].bind.selinux",
	"services.*.volumes.[].bind.recursive",
	"services.*.volumes.[].volume.nocopy",
	"services.*.volumes.[].volume.subpath",
	"services.*.volumes.[].volume.labels.*",
	"services.*.volumes.[].tmpfs.size",
	"services.*.volumes.[].tmpfs.mode",
	"services.*.tmpfs",
	"services.*.shm_size",
	"services.*.read_only",

	// What it may do and use.
	"services.*.cap_add",
	"services.*.cap_drop",
	"services.*.group_add",
	"services.*.devices.[].source",
	"services.*.devices.[].target",
	"services.*.devices.[].permissions",
	"services.*.device_cgroup_rules",
	"services.*.privileged",
	"services.*.security_opt",
	"services.*.runtime",
	"services.*.sysctls.*",
	"services.*.ulimits.*.soft",
	"services.*.ulimits.*.hard",
	"services.*.logging.driver",
	"services.*.logging.options.*",
	"services.*.gpus.[].driver",
	"services.*.gpus.[].count",
	"services.*.gpus.[].device_ids",
	"services.*.gpus.[].capabilities",
	"services.*.gpus.[].options.*",
	"services.*.blkio_config.weight",
	"services.*.blkio_config.weight_device.[].path",
	"services.*.blkio_config.weight_device.[].weight",
	"services.*.blkio_config.device_read_bps.[].path",
	"services.*.blkio_config.device_read_bps.[].rate",
	"services.*.blkio_config.device_read_iops.[].path",
	"services.*.blkio_config.device_read_iops.[].rate",
	"services.*.blkio_config.device_write_bps.[].path",
	"services.*.blkio_config.device_write_bps.[].rate",
	"services.*.blkio_config.device_write_iops.[].path",
	"services.*.blkio_config.device_write_iops.[].rate",
	"services.*.cpus",
	"services.*.cpu_count",
	"services.*.cpu_percent",
	"services.*.cpu_rt_period",
	"services.*.cpu_rt_runtime",
	"services.*.cpu_shares",
	"services.*.cpu_period",
	"services.*.cpu_quota",
	"services.*.cpuset",
	"services.*.cgroup_parent",
	"services.*.mem_limit",
	"services.*.mem_reservation",
	"services.*.mem_swappiness",
	"services.*.memswap_limit",
	"services.*.oom_kill_disable",
	"services.*.oom_score_adj",
	"services.*.pids_limit",
	"services.*.deploy.mode",
	"services.*.deploy.replicas",
	"services.*.deploy.restart_policy.condition",
	"services.*.deploy.restart_policy.max_attempts",
	"services.*.deploy.resources.limits.cpus",
	"services.*.deploy.resources.limits.memory",
	"services.*.deploy.resources.limits.pids",
	"services.*.deploy.resources.reservations.memory",
	"services.*.deploy.resources.reservations.devices.[].driver",
	"services.*.deploy.resources.reservations.devices.[].count",
	"services.*.deploy.resources.reservations.devices.[].device_ids",
	"services.*.deploy.resources.reservations.devices.[].capabilities",
	"services.*.deploy.resources.reservations.devices.[].options.*",
	"services.*.storage_opt.*",

	// Resources of the project.
	"networks.*.name",
	"networks.*.external",
	"networks.*.driver",
	"networks.*.driver_opts.*",
	"networks.*.internal",
	"networks.*.attachable",
	"networks.*.enable_ipv4",
	"networks.*.enable_ipv6",
	"networks.*.labels.*",
	"networks.*.ipam.driver",
	"networks.*.ipam.options.*",
	"networks.*.ipam.config.[].subnet",
	"networks.*.ipam.config.[].gateway",
	"networks.*.ipam.config.[].ip_range",
	"networks.*.ipam.config.[].aux_addresses.*",
	"volumes.*.name",
	"volumes.*.external",
	"volumes.*.driver",
	"volumes.*.driver_opts.*",
	"volumes.*.labels.*",
}

// appliedInPart are attributes of the table above with values that are not.
var appliedInPart = []loader.UnsupportedAttributePattern{
	{Path: "services.*.ports.[].mode", Detect: isNot("ingress")}, // what compose-go fills in
	{Path: "services.*.pull_policy", Detect: isNot(types.PullPolicyAlways, types.PullPolicyNever, types.PullPolicyMissing, types.PullPolicyIfNotPresent, types.PullPolicyBuild)},
	{Path: "services.*.deploy.mode", Detect: isNot("replicated")},
	{Path: "services.*.volumes.[].type", Detect: isNot(types.VolumeTypeBind, types.VolumeTypeVolume, types.VolumeTypeTmpfs)},
}

func isNot(done ...string) func(any) bool {
	return func(value any) bool {
		for _, d := range done {
			if value == d {
				return false
			}
		}
		return true
	}
}

// places is what the loader met outside the tables, each once, with its lines.
func (l *loading) places() []Attribute {
	var attributes []Attribute
	files := append(append(sources{}, l.included...), l.files...)
	for _, u := range l.unknown {
		a := Attribute{Path: strings.ReplaceAll(u.Path.String(), ".[]", "[]"), Where: files.find(u.Path)}
		if parts := u.Path.Parts(); parts[0] == "services" && len(parts) > 1 {
			a.service = keyOf(parts[1])
		}
		if len(attributes) == 0 || attributes[len(attributes)-1].Path != a.Path {
			attributes = append(attributes, a) // sorted by the loader; list elements share a path
		}
	}
	return attributes
}
