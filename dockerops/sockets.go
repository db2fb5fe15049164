package dockerops

import (
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
)

// listening is state 0A of /proc/net/tcp (TCP_LISTEN in Linux' net/tcp_states.h).
const listening = "0A"

// listeningSocket is one line of such a table.
type listeningSocket struct {
	at    netip.AddrPort
	inode string
}

// listeners reads a table of sockets, or several in one: "sl local_address
// rem_address st tx:rx tr:when retrnsmt uid timeout inode …". What is no such
// line is none.
func listeners(table string) []listeningSocket {
	var all []listeningSocket
	for line := range strings.Lines(table) {
		field := strings.Fields(line)
		if len(field) < 10 || field[3] != listening {
			continue
		}
		if at, ok := socketAddress(field[1]); ok {
			all = append(all, listeningSocket{at, field[9]})
		}
	}
	return all
}

// socketAddress reads "0100007F:1F90": the address in words of the host's byte
// order, which is little-endian on all that Docker runs on but s390x.
func socketAddress(s string) (netip.AddrPort, bool) {
	host, port, _ := strings.Cut(s, ":")
	raw, err := hex.DecodeString(host)
	n, portErr := strconv.ParseUint(port, 16, 16)
	if err != nil || portErr != nil || len(raw)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for i := 0; i < len(raw); i += 4 {
		binary.BigEndian.PutUint32(raw[i:], binary.LittleEndian.Uint32(raw[i:]))
	}
	ip, ok := netip.AddrFromSlice(raw)
	return netip.AddrPortFrom(ip.Unmap(), uint16(n)), ok
}
