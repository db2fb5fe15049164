package services

import "berth/stack"

// Visible is the containers of which is shown what they use: of the rows that
// were drawn last, or where one line has no room for it of the selected row.
func (l *List) Visible() []stack.Service {
	var all []stack.Service
	if l.narrow() || l.pitch() == 1 && !l.figured() {
		if len(l.items) > 0 {
			for _, r := range l.items[l.cursor()].containers() {
				all = append(all, r.Service)
			}
		}
		return all
	}
	last := -1
	for _, n := range l.lines {
		if n < 0 || n == last || n >= len(l.items) {
			continue
		}
		last = n
		for _, r := range l.items[n].containers() {
			all = append(all, r.Service)
		}
	}
	return all
}

// containers is what a row stands for.
func (i item) containers() []Row {
	if i.folded != nil {
		return i.folded
	}
	return []Row{i.Row}
}

// used is what the containers of a row used lately, together.
func (i item) used(of func(stack.Ref) []stack.Sample) []stack.Sample {
	var sum []stack.Sample
	for _, r := range i.containers() {
		samples := of(r.Ref)
		if sum == nil {
			sum = append(sum, samples...)
			continue
		}
		for n := range min(len(sum), len(samples)) { // the newest are of about the same time
			at, s := &sum[len(sum)-1-n], samples[len(samples)-1-n]
			at.CPU += s.CPU
			at.Memory += s.Memory
		}
	}
	return sum
}
