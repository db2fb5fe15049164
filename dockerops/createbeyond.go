package dockerops

import "github.com/compose-spec/compose-go/v2/types"

// The first versions of the Engine's API with what older ones pass over
// without a word.
const (
	annotationsAPI = "1.43"
	recursiveAPI   = "1.44"
	macAddressAPI  = "1.44" // of an endpoint; before, the client cannot say it
	subpathAPI     = "1.45"
	gwPriorityAPI  = "1.48"
	enableIPv4API  = "1.48"
)

// beyond names the attributes in use that this Engine does not know, each with
// the version that does.
func (b blueprint) beyond() []string {
	s := b.service
	var names []string
	need := func(used bool, attribute, api string) {
		if used && older(b.api, api) {
			names = append(names, attribute+" needs API "+api)
		}
	}
	need(len(s.Annotations) > 0, "annotations", annotationsAPI)
	need(s.HealthCheck != nil && s.HealthCheck.StartInterval != nil, "healthcheck.start_interval", startIntervalAPI)
	need(s.MacAddress != "", "mac_address", macAddressAPI)
	for _, key := range b.networkKeys() {
		if n := s.Networks[key]; n != nil {
			need(n.MacAddress != "", "networks."+key+".mac_address", macAddressAPI)
			need(n.GatewayPriority != 0, "networks."+key+".gw_priority", gwPriorityAPI)
		}
	}
	for _, v := range s.Volumes {
		recursive := v.Type == types.VolumeTypeBind && v.Bind != nil && (v.Bind.Recursive == "writable" || v.Bind.Recursive == "readonly")
		need(recursive, "bind.recursive of "+v.Target, recursiveAPI)
		need(v.Type == types.VolumeTypeVolume && v.Volume != nil && v.Volume.Subpath != "", "volume.subpath of "+v.Target, subpathAPI)
	}
	return names
}
