package workflow

import (
	"berth/compose"
	"berth/stack"
)

// named is the rows that are meant by names: a service is all of its containers,
// "api-2" one of its replicas, and what the compose file does not have goes by the
// name that it is listed under. No names: all rows.
func named(p *compose.Project, rows []stack.Service, names []string) ([]stack.Service, error) {
	if len(names) == 0 {
		return rows, nil
	}
	meant := make([]bool, len(rows))
	for _, name := range names {
		service, number := p.Role(name)
		found := false
		for i, r := range rows {
			if r.Ref.String() == name || r.Service == service && (number == 0 || number == r.Number && !r.OneOff) {
				meant[i], found = true, true
			}
		}
		if found {
			continue
		}
		if _, err := p.Service(service); err != nil || number > 0 {
			_, err = p.Service(name)
			return nil, err
		}
	}
	var chosen []stack.Service
	for i, r := range rows {
		if meant[i] {
			chosen = append(chosen, r)
		}
	}
	return chosen, nil
}
