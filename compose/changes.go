package compose

import (
	"context"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Changes looks at the project's files from time to time and yields the
// project anew when one of them has changed, or why it cannot be read now. A
// file has to rest for the time between two looks, so that none is read while
// it is written. The sequence ends with ctx or its consumer; what comes from
// standard input does not change.
//
// The files are asked rather than subscribed to: editors replace what they
// save, and a few stats cost less than noticing that in every file system.
func Changes(ctx context.Context, o Options, p *Project, every time.Duration) iter.Seq2[*Project, error] {
	return func(yield func(*Project, error) bool) {
		if slices.Contains(p.Files, "-") {
			return
		}
		tick := time.NewTicker(every)
		defer tick.Stop()
		read := p.stamp()
		for seen := read; ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			before := seen
			if seen = p.stamp(); seen == read || seen != before {
				continue
			}
			read = seen
			now, err := Load(ctx, o)
			if err == nil { // else its files are still those
				unchanged := p.stamp() == read
				if p = now; unchanged {
					read = p.stamp() // of what it is read from now
					seen = read
				}
			}
			if ctx.Err() != nil || !yield(now, err) {
				return
			}
		}
	}
}

// stamp tells states of the project's files apart.
func (p *Project) stamp() string {
	var b strings.Builder
	for _, f := range p.reads() {
		if i, err := os.Stat(f); err != nil {
			fmt.Fprintf(&b, "%s is away\n", f)
		} else {
			fmt.Fprintf(&b, "%s %d %d\n", f, i.ModTime().UnixNano(), i.Size())
		}
	}
	return b.String()
}

// reads are the files that the project was read from, or would be.
func (p *Project) reads() []string {
	all := append(slices.Clone(p.Files), p.included...)
	if all = append(all, p.EnvFiles...); len(p.EnvFiles) == 0 {
		all = append(all, filepath.Join(p.Dir, ".env"))
	}
	if p.whole != nil {
		for _, name := range p.whole.ServiceNames() {
			for _, f := range p.whole.Services[name].EnvFiles {
				all = append(all, f.Path)
			}
		}
	}
	return all
}
