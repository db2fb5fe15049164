package dockerops

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"time"

	"github.com/moby/moby/client"

	"berth/stack"
)

// Stats is what a role's container uses, about once a second, which is the
// Engine's own pace, from its second sample on. It ends when the container
// does. (A stream, because asking once takes Engine 20.10 a second.)
func (e *Engine) Stats(ctx context.Context, r stack.Ref) iter.Seq2[stack.Sample, error] {
	return e.samples(ctx, r, func(ctx context.Context) (string, error) {
		c, err := e.current(ctx, r)
		return c.ID, err
	})
}

// samples are those of a container.
func (e *Engine) samples(ctx context.Context, r stack.Ref, container func(context.Context) (id string, err error)) iter.Seq2[stack.Sample, error] {
	return func(yield func(stack.Sample, error) bool) {
		id, err := container(ctx)
		if err == nil {
			err = e.stats(ctx, r, id, func(s stack.Sample) bool { return yield(s, nil) })
		}
		if err != nil && !errors.Is(err, errStopped) && ctx.Err() == nil {
			yield(stack.Sample{}, e.problem(ctx, "measuring "+r.String(), err))
		}
	}
}

// usage is the part of the Engine's answer that is wanted
// (moby's api/types/container.StatsResponse).
type usage struct {
	Read time.Time `json:"read"`
	CPU  struct {
		Usage struct {
			Total uint64 `json:"total_usage"` // nanoseconds
		} `json:"cpu_usage"`
	} `json:"cpu_stats"`
	Memory struct {
		Usage uint64            `json:"usage"`
		Limit uint64            `json:"limit"`
		Stats map[string]uint64 `json:"stats"`
	} `json:"memory_stats"`
}

func (e *Engine) stats(ctx context.Context, r stack.Ref, id string, yield func(stack.Sample) bool) error {
	answer, err := e.cli.ContainerStats(ctx, id, client.ContainerStatsOptions{Stream: true})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	stream := json.NewDecoder(answer.Body)
	var last usage
	for {
		var now usage
		switch err := stream.Decode(&now); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case now.Read.IsZero() || now.CPU.Usage.Total == 0:
			return nil // it is not running any more, and the Engine goes on with nothing
		}
		if s, ok := now.since(last); ok {
			s.Ref = r
			if !yield(s) {
				return errStopped
			}
		}
		last = now
	}
}

// since is the sample between two answers; false when there was none before.
func (u usage) since(last usage) (stack.Sample, bool) {
	took := u.Read.Sub(last.Read)
	if last.Read.IsZero() || took <= 0 || u.CPU.Usage.Total < last.CPU.Usage.Total {
		return stack.Sample{}, false
	}
	spent := u.CPU.Usage.Total - last.CPU.Usage.Total
	return stack.Sample{
		At: u.Read, CPU: float64(spent) / float64(took), Memory: u.memory(), Limit: int64(u.Memory.Limit),
	}, true
}

// memory is without the cache of files that is not in use: inactive_file in
// cgroup v2, total_inactive_file in v1 (docker/cli's calculateMemUsageUnixNoCache).
func (u usage) memory() int64 {
	for _, name := range []string{"total_inactive_file", "inactive_file"} {
		if cache, ok := u.Memory.Stats[name]; ok && cache < u.Memory.Usage {
			return int64(u.Memory.Usage - cache)
		}
	}
	return int64(u.Memory.Usage)
}
