package dockerops

import (
	"strconv"

	"github.com/moby/moby/client"

	"berth/stack"
)

// The labels that `docker compose` puts on what it makes.
const (
	labelProject    = "com.docker.compose.project"
	labelService    = "com.docker.compose.service"
	labelNumber     = "com.docker.compose.container-number"
	labelOneOff     = "com.docker.compose.oneoff"
	labelConfigHash = "com.docker.compose.config-hash"
	labelImage      = "com.docker.compose.image"
	labelReplace    = "com.docker.compose.replace"
	labelDependsOn  = "com.docker.compose.depends_on"
	labelDir        = "com.docker.compose.project.working_dir"
	labelNetwork    = "com.docker.compose.network"
	labelVolume     = "com.docker.compose.volume"
)

// refOf is the role that a container's labels give it. A number that is
// missing or no number (one-off runs of some versions) is 0.
func refOf(id string, labels map[string]string) stack.Ref {
	n, err := strconv.Atoi(labels[labelNumber])
	if err != nil {
		n = 0
	}
	r := stack.Ref{Project: labels[labelProject], Service: labels[labelService], Number: n}
	if isOneOff(labels) {
		r.Run = stack.ShortID(id)
	}
	return r
}

func isOneOff(labels map[string]string) bool { return labels[labelOneOff] == "True" }

// ofProject selects what belongs to a project, ofRole what plays one role.
// Values of one key are alternatives for most filters; for labels all must
// match.
func ofProject(project string) client.Filters {
	return make(client.Filters).Add("label", labelProject+"="+project)
}

// ofRole: a one-off run is told by its ID, which listings and events select by another
// word.
func ofRole(r stack.Ref, id string) client.Filters {
	if r.Run != "" {
		return ofProject(r.Project).Add("label", labelService+"="+r.Service, labelOneOff+"=True").Add(id, r.Run)
	}
	return ofProject(r.Project).Add("label",
		labelService+"="+r.Service,
		labelNumber+"="+strconv.Itoa(r.Number),
		labelOneOff+"=False")
}
