package compose

import (
	"errors"
	"strings"
	"testing"

	"berth/stack"
)

// A person corrects a file once, not once for each mistake; what is wrong only
// because of another mistake is not among them.
func TestAllProblemsOfAFileAtOnce(t *testing.T) {
	for _, test := range []struct {
		name, file string
		want       string // the line, then the others
	}{
		{"one", "services:\n  web:\n    image: x\n    restart: sometimes\n", `
compose.yml:4 services.web.restart is sometimes; it can be no, always, on-failure, on-failure:3 or unless-stopped`},
		{"beside an unknown attribute", "services:\n  web:\n    image: x\n    restart: sometimes\n    comand: x\n", `
compose.yml:4 services.web.restart is sometimes; it can be no, always, on-failure, on-failure:3 or unless-stopped
also compose.yml:5: comand is not an attribute of services.web; did you mean command?`},
		{"of every kind", `
services:
  web: &web
    image: x
    mem_limit: lots
    ports: ["80:80", "x:y"]
  db:
    <<: *web
    mem_limit: 1g
    ports: []
    cpus: many
    networks: [nowhere]
    depends_on: [nobody]
`, `
compose.yml:5 services.web.mem_limit: invalid size: 'lots'
also compose.yml:6: services.web.ports: not a port of the container: y
also compose.yml:11: services.db.cpus: "many" is not a number
also compose.yml:12: service "db" refers to undefined network nowhere
also compose.yml:13: service "db" depends on undefined service "nobody"`},
		{"a service without its image, and who depends on it", `
services:
  web:
    imag: x
  db:
    image: [y]
    depends_on: [web]
  other:
    image: z
    restart: never
`, `
compose.yml:4 imag is not an attribute of services.web; did you mean image?
also compose.yml:6: services.db.image must be a string
also compose.yml:10: services.other.restart is never; it can be no, always, on-failure, on-failure:3 or unless-stopped`},
		{"of a service that is called as an attribute", `
services:
  image:
    image: x
    port: ["80:80"]
    restart: alwys
  db:
    image: y
    mem_limit: lots
`, `
compose.yml:5 port is not an attribute of services.image; did you mean ports?
also compose.yml:6: services.image.restart is alwys; it can be no, always, on-failure, on-failure:3 or unless-stopped
also compose.yml:9: services.db.mem_limit: invalid size: 'lots'`},
		{"a service that is none", "services:\n  web: text\n", `
compose.yml:2 services.web must be a mapping`},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			write(t, "compose.yml", test.file)
			_, err := Load(t.Context(), Options{Environ: []string{}})
			var p *stack.Problem
			if !errors.As(err, &p) || p.What != loadingFile {
				t.Fatalf("got %v", err)
			}
			got := "\n" + strings.Join(append([]string{p.Where + " " + p.Err.Error()}, p.Lines...), "\n")
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
