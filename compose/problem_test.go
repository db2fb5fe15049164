package compose

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"berth/stack"
)

// Every way in which a file can be wrong gets one line that says what, where
// and, where it is known, what to do.
func TestBadInput(t *testing.T) {
	for _, test := range []struct {
		name, file, want string
	}{
		{
			"tab", "services:\n  web:\n\timage: x\n",
			"reading the compose file (compose.yml:3): not YAML: found character that cannot start any token; indent with spaces: YAML allows no tabs",
		},
		{
			"indentation", "services:\n  web:\n    image: x\n   ports: []\n",
			"reading the compose file (compose.yml:4:4): not YAML: did not find expected key",
		},
		{
			"brace", "services:\n  web: {image: x\n  db: y\n",
			"reading the compose file (compose.yml:3:5): not YAML: did not find expected ',' or '}'",
		},
		{
			"anchor", "services:\n  a: *nope\n",
			"reading the compose file (compose.yml:2:6): not YAML: unknown anchor 'nope' referenced",
		},
		{
			"control character", "services:\n  a:\n    image: \"\x01\"\n",
			"reading the compose file (compose.yml:3): not YAML: control characters are not allowed",
		},
		{
			"duplicate key", "services:\n  a:\n    image: x\n    image: y\n",
			`reading the compose file (compose.yml:4): mapping key "image" already defined at line 3`,
		},
		{
			"empty", "",
			"reading the compose file (compose.yml): empty compose file; add services:, or start from `berth init`",
		},
		{
			"no mapping", "hello\n",
			"reading the compose file (compose.yml): top-level object must be a mapping",
		},
		{
			"unknown attribute", "services:\n  web:\n    image: x\n    porst: [\"80\"]\n",
			"reading the compose file (compose.yml:4): porst is not an attribute of services.web; did you mean ports?",
		},
		{
			"unknown attribute below", "services:\n  web:\n    image: x\n    healthcheck:\n      intervall: 3s\n",
			"reading the compose file (compose.yml:5): intervall is not an attribute of services.web.healthcheck; did you mean interval?",
		},
		{
			"unknown section", "service:\n  web:\n    image: x\n",
			"reading the compose file (compose.yml:1): service is not an attribute of a compose file; did you mean services?",
		},
		{
			"wrong type", "services:\n  web:\n    image: [x]\n",
			"reading the compose file (compose.yml:3): services.web.image must be a string",
		},
		{
			"wrong value", "services:\n  a:\n    image: x\n    depends_on: {b: {condition: service_ready}}\n  b: {image: y}\n",
			"reading the compose file (compose.yml:4): services.a.depends_on.b.condition value must be one of 'service_started', 'service_healthy', 'service_completed_successfully'",
		},
		{
			"port", "services:\n  web:\n    image: x\n    ports: [\"eighty\"]\n",
			"reading the compose file (compose.yml:4): services.web.ports: not a port of the container: eighty",
		},
		{
			"duration", "services:\n  a:\n    image: x\n    healthcheck: {test: [CMD, x], interval: 30x}\n",
			`reading the compose file (compose.yml:4): services.a.healthcheck.interval: unknown unit "x" in duration "30x"`,
		},
		{
			"size", "services:\n  a:\n    image: x\n    shm_size: lots\n",
			"reading the compose file (compose.yml:4): services.a.shm_size: invalid size: 'lots'",
		},
		{
			"cast", "services:\n  a:\n    image: x\n    privileged: ${PRIVILEGED:-maybe}\n",
			"reading the compose file (compose.yml:4): services.a.privileged: invalid boolean: maybe",
		},
		{
			"template", "services:\n  a:\n    image: ${IMAGE\n",
			"reading the compose file (compose.yml:3): services.a.image is not a valid template: ${IMAGE; close the brace, or write $$ for a plain $",
		},
		{
			"missing variable", "services:\n  a:\n    # ${IMAGE} is not used here\n    image: ${IMAGE:?name the image}\n",
			"reading the compose file (compose.yml:4): the variable IMAGE is required and has no value: name the image; set it in the environment or in .env",
		},
		{
			"missing variables", "services:\n  a:\n    image: ${IMAGE:?}\n    command: [\"${COMMAND?}\"]\n",
			"reading the compose file (compose.yml:4): the variables COMMAND and IMAGE are required and have no value; set it in the environment or in .env",
		},
		{
			"neither image nor build", "services:\n  web:\n    command: x\n",
			`reading the compose file (compose.yml:2): service "web" has neither an image nor a build context specified; give it image: or build:`,
		},
		{
			"unknown dependency", "services:\n  web:\n    image: x\n    depends_on: [db]\n",
			`reading the compose file (compose.yml:4): service "web" depends on undefined service "db"`,
		},
		{
			"unknown network", "services:\n  web:\n    image: x\n    networks: [back]\n",
			`reading the compose file (compose.yml:4): service "web" refers to undefined network back`,
		},
		{
			"unknown volume", "services:\n  web:\n    image: x\n    volumes: [data:/x]\n",
			`reading the compose file (compose.yml:4): service "web" refers to undefined volume data`,
		},
		{
			"circle", "services:\n  a:\n    image: x\n    depends_on: [b]\n  b:\n    image: x\n    depends_on: [a]\n",
			"reading the compose file (compose.yml:4): dependency cycle detected: a -> b -> a",
		},
		{
			"missing env_file", "services:\n  a:\n    image: x\n    env_file: secrets.env\n",
			"reading a file that the compose file names (DIR/secrets.env): no such file or directory; see compose.yml:4",
		},
		{
			"missing include", "include: [parts/db.yml]\nservices:\n  a:\n    image: x\n",
			"reading a file that the compose file names (DIR/parts/db.yml): no such file or directory; see compose.yml:1",
		},
		{
			"missing base", "services:\n  a:\n    extends: {file: base.yml, service: b}\n",
			"reading a file that the compose file names (DIR/base.yml): no such file or directory; see compose.yml:3",
		},
		{
			"container names", "services:\n  a: {image: x, container_name: same}\n  b: {image: x, container_name: same}\n",
			"container name \"same\" is already in use by service",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			t.Chdir(dir)
			write(t, "compose.yml", test.file)
			_, err := Load(t.Context(), Options{Environ: []string{}})
			var problem *stack.Problem
			if !errors.As(err, &problem) {
				t.Fatalf("not a problem: %v", err)
			}
			got := strings.ReplaceAll(err.Error(), dir, "DIR")
			if got != test.want && !(test.name == "container names" && strings.Contains(got, test.want)) {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestMissingVariablesAreAllListed(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "compose.yml", "services:\n  a:\n    image: ${IMAGE:?name it}\n    command: [\"${COMMAND?}\", \"$COMMAND\"]\n")
	_, err := Load(t.Context(), Options{Environ: []string{}})
	var problem *stack.Problem
	if !errors.As(err, &problem) {
		t.Fatal(err)
	}
	want := "COMMAND used in compose.yml:4|IMAGE (name it) used in compose.yml:3"
	if got := strings.Join(problem.Lines, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestOptionsThatNameNothing(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "compose.yml", "services: {a: {image: x}}")
	write(t, "bad.env", "A=1\nB C=2\n")
	for _, test := range []struct {
		name string
		o    Options
		want string
		is   error
	}{
		{"no file", Options{WorkingDir: "/"}, "looking for a compose file in / and above: no compose file; write a new project with `berth init`, or name a file with -f", ErrNoFile},
		{"file", Options{Files: []string{"nope.yml"}}, "reading the compose file (DIR/nope.yml): no such file or directory; check -f and COMPOSE_FILE", fs.ErrNotExist},
		{"file of the environment", Options{Environ: []string{"COMPOSE_FILE=nope.yml"}}, "reading the compose file (DIR/nope.yml): no such file or directory; check -f and COMPOSE_FILE", fs.ErrNotExist},
		{"environment file", Options{EnvFiles: []string{"nope.env"}}, "reading an environment file (DIR/nope.env): file does not exist; check --env-file and COMPOSE_ENV_FILES", fs.ErrNotExist},
		{"bad environment file", Options{EnvFiles: []string{"bad.env"}}, "reading an environment file (DIR/bad.env:2): key cannot contain a space", nil},
		{"name", Options{Name: "Big Name"}, `naming the project: invalid project name "Big Name": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number; name it with -p, COMPOSE_PROJECT_NAME or name: in the file`, nil},
		{"switch", Options{Environ: []string{"COMPOSE_DISABLE_ENV_FILE=perhaps"}}, `reading COMPOSE_DISABLE_ENV_FILE: strconv.ParseBool: parsing "perhaps": invalid syntax; set it to true or false`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.o.Environ == nil {
				test.o.Environ = []string{}
			}
			_, err := Load(t.Context(), test.o)
			if err == nil {
				t.Fatal("no error")
			}
			if got := strings.ReplaceAll(err.Error(), dir, "DIR"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("it is not %v", test.is)
			}
		})
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
