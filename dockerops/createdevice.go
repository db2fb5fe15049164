package dockerops

import (
	"regexp"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/blkiodev"
	"github.com/moby/moby/api/types/container"
)

// cdiName is a device that the Engine knows by name, not by path:
// "nvidia.com/gpu=all" (the Container Device Interface).
var cdiName = regexp.MustCompile(`^[A-Za-z][\w.-]*/[A-Za-z][\w-]*=[A-Za-z0-9][\w.:-]*$`)

// devices are those that the container may use: paths, names, and what drivers
// are asked for.
func devices(r *container.Resources, s types.ServiceConfig) {
	var named []string
	for _, d := range s.Devices {
		if d.Source == d.Target && cdiName.MatchString(d.Source) {
			named = append(named, d.Source)
			continue
		}
		r.Devices = append(r.Devices, container.DeviceMapping{PathOnHost: d.Source, PathInContainer: d.Target, CgroupPermissions: d.Permissions})
	}
	if s.Deploy != nil && s.Deploy.Resources.Reservations != nil {
		for _, d := range s.Deploy.Resources.Reservations.Devices {
			r.DeviceRequests = append(r.DeviceRequests, request(d, d.Capabilities))
		}
	}
	if len(named) > 0 {
		r.DeviceRequests = append(r.DeviceRequests, container.DeviceRequest{Driver: "cdi", DeviceIDs: named})
	}
	for _, d := range s.Gpus {
		r.DeviceRequests = append(r.DeviceRequests, request(d, append(slices.Clone(d.Capabilities), "gpu")))
	}
}

func request(d types.DeviceRequest, capabilities []string) container.DeviceRequest {
	return container.DeviceRequest{
		Driver: d.Driver, Count: int(d.Count), DeviceIDs: d.IDs, Capabilities: [][]string{capabilities}, Options: d.Options,
	}
}

// blockIO are the weights and limits of disks.
func blockIO(r *container.Resources, conf *types.BlkioConfig) {
	if conf == nil {
		return
	}
	r.BlkioWeight = conf.Weight
	for _, d := range conf.WeightDevice {
		r.BlkioWeightDevice = append(r.BlkioWeightDevice, &blkiodev.WeightDevice{Path: d.Path, Weight: d.Weight})
	}
	r.BlkioDeviceReadBps, r.BlkioDeviceWriteBps = throttle(conf.DeviceReadBps), throttle(conf.DeviceWriteBps)
	r.BlkioDeviceReadIOps, r.BlkioDeviceWriteIOps = throttle(conf.DeviceReadIOps), throttle(conf.DeviceWriteIOps)
}

func throttle(limits []types.ThrottleDevice) []*blkiodev.ThrottleDevice {
	var all []*blkiodev.ThrottleDevice
	for _, d := range limits {
		all = append(all, &blkiodev.ThrottleDevice{Path: d.Path, Rate: uint64(d.Rate)}) //nolint:gosec // compose-go refuses negative sizes
	}
	return all
}
