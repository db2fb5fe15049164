package compose

import (
	"errors"
	"strconv"

	"github.com/compose-spec/compose-go/v2/types"
	"github.com/compose-spec/compose-go/v2/utils"

	"berth/stack"
)

// What of docker compose's environment is no matter of loading.
const (
	removeOrphansVariable = "COMPOSE_REMOVE_ORPHANS"
	ignoreOrphansVariable = "COMPOSE_IGNORE_ORPHANS"
	parallelVariable      = "COMPOSE_PARALLEL_LIMIT"
)

// amid is the request with what the environment says where it says nothing.
func (r Request) amid(env types.Mapping) (Request, error) {
	r.RemoveOrphans = r.RemoveOrphans || !r.KeepOrphans && utils.StringToBool(env[removeOrphansVariable])
	if r.Op == OpUp && r.RemoveOrphans && utils.StringToBool(env[ignoreOrphansVariable]) {
		return r, &stack.Problem{
			What: ignoreOrphansVariable + " and removing orphans exclude each other", Err: stack.ErrUsage,
			Hint: "unset it, or leave out --remove-orphans and " + removeOrphansVariable,
		}
	}
	return r, nil
}

// parallel is how much may be done at once; 0: the environment does not say.
func parallel(env types.Mapping) (int, error) {
	text := env[parallelVariable]
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, &stack.Problem{What: "reading " + parallelVariable, Err: errors.New(strconv.Quote(text) + " is not a number"), Hint: "set it to a number, or unset it"}
	}
	return max(n, 0), nil
}
