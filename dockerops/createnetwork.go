package dockerops

import (
	"cmp"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/moby/moby/client/pkg/versions"
)

// endpointsAPI is the first version whose create call takes several networks.
const endpointsAPI = "1.44"

func older(api, than string) bool { return versions.LessThan(api, than) }

// network attaches the container to its networks, the one of the highest
// priority first.
func (b blueprint) network(c *creation) error {
	host := c.options.HostConfig
	if b.service.NetworkMode != "" {
		host.NetworkMode = container.NetworkMode(b.service.NetworkMode)
		return nil
	}
	keys := b.networkKeys()
	if len(keys) == 0 {
		host.NetworkMode = network.NetworkNone
		return nil
	}
	endpoints := map[string]*network.EndpointSettings{}
	for _, key := range keys {
		at, err := b.endpoint(key)
		if err != nil {
			return fmt.Errorf("network %s: %w", key, err)
		}
		endpoints[b.project.Model.Networks[key].Name] = at
	}
	first := b.project.Model.Networks[keys[0]].Name
	if err := mainAddress(endpoints[first], b.service.MacAddress); err != nil {
		return fmt.Errorf("network %s: %w", keys[0], err)
	}
	host.NetworkMode = container.NetworkMode(first)
	c.options.NetworkingConfig = &network.NetworkingConfig{EndpointsConfig: endpoints}
	if older(b.api, endpointsAPI) {
		c.connect = maps.Clone(endpoints)
		delete(c.connect, first)
		c.options.NetworkingConfig.EndpointsConfig = map[string]*network.EndpointSettings{first: endpoints[first]}
	}
	return nil
}

// mainAddress gives the first network the service's own mac_address.
func mainAddress(at *network.EndpointSettings, address string) error {
	if address == "" {
		return nil
	}
	mac, err := net.ParseMAC(address)
	switch {
	case err != nil:
		return err
	case len(at.MacAddress) > 0 && at.MacAddress.String() != mac.String():
		return fmt.Errorf("its mac_address is %s, the service's %s", at.MacAddress, mac)
	}
	at.MacAddress = network.HardwareAddr(mac)
	return nil
}

// networkKeys are the service's networks by priority, then name; the default
// one when it names none.
func (b blueprint) networkKeys() []string {
	if len(b.service.Networks) == 0 {
		if _, ok := b.project.Model.Networks["default"]; ok {
			return []string{"default"}
		}
		return nil
	}
	priority := func(key string) int {
		if n := b.service.Networks[key]; n != nil {
			return n.Priority
		}
		return 0
	}
	return slices.SortedFunc(maps.Keys(b.service.Networks), func(x, y string) int {
		return cmp.Or(cmp.Compare(priority(y), priority(x)), cmp.Compare(x, y))
	})
}

// endpoint is the service on one network, where it answers to the container's
// name, the service's, and the aliases of the file.
func (b blueprint) endpoint(key string) (*network.EndpointSettings, error) {
	at := &network.EndpointSettings{}
	if !b.nameless {
		at.Aliases = []string{b.project.ContainerName(b.service.Name, b.number), b.service.Name}
	}
	conf := b.service.Networks[key]
	if conf == nil {
		return at, nil
	}
	if b.nameless {
		at.DriverOpts, at.GwPriority = conf.DriverOpts, conf.GatewayPriority
		return at, nil
	}
	at.Aliases = append(at.Aliases, conf.Aliases...)
	at.DriverOpts, at.GwPriority = conf.DriverOpts, conf.GatewayPriority
	at.IPAMConfig = &network.EndpointIPAMConfig{}
	var err error
	if at.IPAMConfig.LinkLocalIPs, err = addresses(conf.LinkLocalIPs); err != nil {
		return nil, err
	}
	for _, ip := range []struct {
		text string
		to   *netip.Addr
	}{{conf.Ipv4Address, &at.IPAMConfig.IPv4Address}, {conf.Ipv6Address, &at.IPAMConfig.IPv6Address}} {
		if ip.text == "" {
			continue
		}
		if *ip.to, err = netip.ParseAddr(ip.text); err != nil {
			return nil, err
		}
	}
	at.IPAddress = at.IPAMConfig.IPv4Address
	if conf.MacAddress != "" {
		mac, err := net.ParseMAC(conf.MacAddress)
		if err != nil {
			return nil, err
		}
		at.MacAddress = network.HardwareAddr(mac)
	}
	return at, nil
}

// networkOptions is a network of the file as the Engine creates it.
func networkOptions(n types.NetworkConfig, labels map[string]string) (client.NetworkCreateOptions, error) {
	o := client.NetworkCreateOptions{
		Labels: labels, Driver: n.Driver, Options: n.DriverOpts,
		Internal: n.Internal, Attachable: n.Attachable,
		EnableIPv4: n.EnableIPv4, EnableIPv6: n.EnableIPv6,
	}
	if n.Ipam.Driver == "" && len(n.Ipam.Config) == 0 && len(n.Ipam.Options) == 0 {
		return o, nil
	}
	o.IPAM = &network.IPAM{Driver: n.Ipam.Driver, Options: n.Ipam.Options}
	for _, pool := range n.Ipam.Config {
		p, err := ipamPool(pool)
		if err != nil {
			return o, fmt.Errorf("ipam: %w", err)
		}
		o.IPAM.Config = append(o.IPAM.Config, p)
	}
	return o, nil
}

func ipamPool(pool *types.IPAMPool) (network.IPAMConfig, error) {
	var p network.IPAMConfig
	var err error
	parse := func(text string, into func(string) error) {
		if err == nil && text != "" {
			err = into(text)
		}
	}
	parse(pool.Subnet, func(s string) (err error) { p.Subnet, err = netip.ParsePrefix(s); return })
	parse(pool.IPRange, func(s string) (err error) { p.IPRange, err = netip.ParsePrefix(s); return })
	parse(pool.Gateway, func(s string) (err error) { p.Gateway, err = netip.ParseAddr(s); return })
	for name, address := range pool.AuxiliaryAddresses {
		parse(address, func(s string) error {
			ip, err := netip.ParseAddr(s)
			if p.AuxAddress == nil {
				p.AuxAddress = map[string]netip.Addr{}
			}
			p.AuxAddress[name] = ip
			return err
		})
	}
	return p, err
}
