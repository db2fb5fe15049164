package dockerops

import (
	"net/http"
	"strings"
	"testing"

	"berth/compose"
	"berth/stack"
)

// A network that the Engine has miscounted the containers of is no riddle.
func TestANetworkThatIsMiscounted(t *testing.T) {
	for containers, want := range map[string]string{
		`{}`:                         "no container is on it, and the Engine counts one all the same",
		`{"c1":{"Name":"somebody"}}`: "has active endpoints",
	} {
		e := fakeEngine(t, engineAPI(func(w http.ResponseWriter, r *http.Request, path string) {
			w.Header().Set("Content-Type", "application/json")
			if r.Method == http.MethodDelete {
				w.WriteHeader(http.StatusForbidden)
				_, _ = w.Write([]byte(`{"message":"error while removing network: network n id 1 has active endpoints"}`))
				return
			}
			_, _ = w.Write([]byte(`{"Id":"1","Name":"n","Containers":` + containers + `}`))
		}))
		err := e.Apply(t.Context(), &compose.Project{Name: "p"}, compose.Plan{Steps: []compose.Step{{ID: 1, Kind: compose.RemoveNetwork, Name: "n", Target: "1"}}}, func(stack.Progress) {})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "restart of the Engine") != (containers == "{}") {
			t.Errorf("%s: %v", containers, err)
		}
	}
}
