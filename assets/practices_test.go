package assets

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// These hold the project to the practices it is there to show. What can only be
// seen by running it (who it runs as, how it stops) is tested with an Engine.

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := fs.ReadFile(Project(), path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// instructions are the Dockerfile's, one a line, without comments.
func instructions(t *testing.T) []string {
	t.Helper()
	text := regexp.MustCompile(`(?m)^#.*\n`).ReplaceAllString(read(t, "Dockerfile"), "")
	text = regexp.MustCompile(`\\\n\s*`).ReplaceAllString(text, "")
	return slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return s == "" })
}

func starting(lines []string, prefix string) []string {
	return slices.DeleteFunc(slices.Clone(lines), func(s string) bool { return !strings.HasPrefix(s, prefix) })
}

func TestBothStagesHaveOnePinnedSlimBase(t *testing.T) {
	stages := starting(instructions(t), "FROM ")
	if len(stages) != 2 {
		t.Fatalf("stages: %q", stages)
	}
	pinned := regexp.MustCompile(`^FROM (python:3\.\d+\.\d+-slim-[a-z]+) AS (builder|runtime)$`)
	builder, runtime := pinned.FindStringSubmatch(stages[0]), pinned.FindStringSubmatch(stages[1])
	if builder == nil || runtime == nil || builder[1] != runtime[1] {
		t.Errorf("not one exact slim base in both: %q", stages)
	}
}

func TestEveryRequirementIsExact(t *testing.T) {
	exact := regexp.MustCompile(`^[a-z][a-z0-9-]*==\d+(\.\d+)+$`)
	for _, path := range []string{"requirements.txt", "requirements.offline.txt", "tests/requirements.txt"} {
		count := 0
		for line := range strings.Lines(read(t, path)) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			count++
			if !exact.MatchString(line) {
				t.Errorf("%s: %q is not exact", path, line)
			}
		}
		if count == 0 {
			t.Errorf("%s requires nothing", path)
		}
	}
}

func TestPackagesAreInstalledAndTheirListsRemovedInOneStep(t *testing.T) {
	count := 0
	for _, run := range starting(instructions(t), "RUN ") {
		if !strings.Contains(run, "apt-get") {
			continue
		}
		count++
		if !regexp.MustCompile(`apt-get update.*apt-get install -y --no-install-recommends .*rm -rf /var/lib/apt/lists/\*`).MatchString(run) {
			t.Errorf("%q", run)
		}
	}
	if count == 0 {
		t.Error("no step installs packages")
	}
}

func TestPipKeepsNoCacheAndUpgradesNothing(t *testing.T) {
	for _, run := range starting(instructions(t), "RUN ") {
		if strings.Contains(run, "pip install") && !strings.Contains(run, "--no-cache-dir") || strings.Contains(run, "--upgrade") {
			t.Errorf("%q", run)
		}
	}
}

// An edit of what comes later must leave what comes before in the build cache.
func TestLayersGoFromWhatChangesLeastToWhatChangesMost(t *testing.T) {
	lines := instructions(t)
	last := -1
	for _, prefix := range []string{
		"COPY ${REQUIREMENTS} ",
		"RUN pip install ",
		"COPY --from=builder /opt/venv /opt/venv",
		"COPY --chown=10001:10001 models/ ",
		"COPY --chown=10001:10001 src/ ",
		"COPY --chown=10001:10001 api/ ",
		"USER 10001:10001",
		"LABEL org.opencontainers.image.",
		`CMD ["sh", "-c", "exec uvicorn `,
	} {
		at := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, prefix) })
		if at <= last {
			t.Errorf("%q is instruction %d, after %d expected", prefix, at, last)
		}
		last = at
	}
	if copies := starting(lines, "COPY "); len(copies) != 5 {
		t.Errorf("another COPY: %q", copies)
	}
}

func TestSettingsAndLabels(t *testing.T) {
	all := strings.Join(instructions(t), "\n")
	for _, want := range []string{
		"ARG REQUIREMENTS=requirements.txt",
		"PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1", "MODEL_PATH=/app/models/churn_model.joblib", "PORT=8000",
		"HEALTHCHECK --interval=", "--start-period=", "http://localhost:${PORT}/health",
		"image.title=", "image.description=", `image.source="${SOURCE}"`, `image.version="${VERSION}"`, `image.revision="${REVISION}"`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("the Dockerfile has no %s", want)
		}
	}
	// The frontend that is built into Engine 20.10 knows neither, and without
	// internet no other can be pulled.
	for _, no := range []string{"# syntax=", "<<", "--start-interval="} {
		if strings.Contains(all, no) || strings.HasPrefix(read(t, "Dockerfile"), no) {
			t.Errorf("the Dockerfile has %s", no)
		}
	}
}

func TestWhatStaysOutOfTheImage(t *testing.T) {
	lines := strings.Split(read(t, ".dockerignore"), "\n")
	for _, want := range []string{".git", "**/.env", "**/.env.*", "**/__pycache__", "**/*.py[cod]", ".venv", "tests", "monitoring", "predictions", "Dockerfile", "docker-compose*.yml"} {
		if !slices.Contains(lines, want) {
			t.Errorf(".dockerignore has no %s", want)
		}
	}
	for _, needed := range []string{"api", "src", "models", "requirements.txt", "requirements*.txt"} {
		if slices.Contains(lines, needed) {
			t.Errorf(".dockerignore has %s, which the image needs", needed)
		}
	}
}

// The model must load whatever the versions of the libraries, which only plain
// values do. A pickle names the module of every class in it.
func TestTheModelFileNamesNoClass(t *testing.T) {
	for _, module := range []string{"numpy", "sklearn", "joblib"} {
		if strings.Contains(read(t, "models/churn_model.joblib"), module) {
			t.Errorf("the model file needs %s to load", module)
		}
	}
}
