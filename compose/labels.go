package compose

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ComposeVersion is the docker compose whose labels, names and hashes Berth
// writes. It goes into the version label, which nobody compares.
const ComposeVersion = "2.40.3"

const labelPrefix = "com.docker.compose."

// ContainerLabels are the labels of replica number of a service: the file's
// own and those by which docker compose knows its containers. hash is what
// Hash gives at the time of creation, imageID the image's.
func (p *Project) ContainerLabels(service string, number int, hash, imageID string) map[string]string {
	s := p.Model.Services[service]
	labels := map[string]string{}
	maps.Copy(labels, s.Labels)
	maps.Copy(labels, map[string]string{
		labelPrefix + "project":              p.Name,
		labelPrefix + "service":              service,
		labelPrefix + "version":              ComposeVersion,
		labelPrefix + "project.working_dir":  p.Dir,
		labelPrefix + "project.config_files": strings.Join(p.Files, ","),
		labelPrefix + "oneoff":               "False",
		labelPrefix + "config-hash":          hash,
		labelPrefix + "container-number":     strconv.Itoa(number),
		labelPrefix + "depends_on":           p.dependencyLabel(service),
		labelPrefix + "image":                imageID,
	})
	if len(p.EnvFiles) > 0 {
		labels[labelPrefix+"project.environment_file"] = strings.Join(p.EnvFiles, ",")
	}
	return labels
}

func (p *Project) dependencyLabel(service string) string {
	dependsOn := p.Model.Services[service].DependsOn
	var list []string
	for _, name := range slices.Sorted(maps.Keys(dependsOn)) {
		d := dependsOn[name]
		list = append(list, fmt.Sprintf("%s:%s:%t", name, d.Condition, d.Restart))
	}
	return strings.Join(list, ",")
}

// NetworkLabels are the labels of the network that the file calls key.
func (p *Project) NetworkLabels(key string) (map[string]string, error) {
	hash, err := p.NetworkHash(key)
	if err != nil {
		return nil, err
	}
	return p.resourceLabels(p.Model.Networks[key].Labels, "network", key, hash), nil
}

// VolumeLabels are the labels of the volume that the file calls key.
func (p *Project) VolumeLabels(key string) (map[string]string, error) {
	hash, err := p.VolumeHash(key)
	if err != nil {
		return nil, err
	}
	return p.resourceLabels(p.Model.Volumes[key].Labels, "volume", key, hash), nil
}

func (p *Project) resourceLabels(own map[string]string, kind, key, hash string) map[string]string {
	labels := map[string]string{}
	maps.Copy(labels, own)
	labels[labelPrefix+"project"] = p.Name
	labels[labelPrefix+"version"] = ComposeVersion
	labels[labelPrefix+kind] = key
	labels[labelPrefix+"config-hash"] = hash
	return labels
}

// BuildLabels are the labels of the image that is built for a service.
func (p *Project) BuildLabels(service string) map[string]string {
	labels := map[string]string{}
	if b := p.Model.Services[service].Build; b != nil {
		maps.Copy(labels, b.Labels)
	}
	labels[labelPrefix+"project"] = p.Name
	labels[labelPrefix+"service"] = service
	labels[labelPrefix+"version"] = ComposeVersion
	return labels
}
