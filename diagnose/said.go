package diagnose

import (
	"path"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"berth/stack"
)

// evidence is how many of the last lines go with a cause.
const evidence = 5

func last(lines []string) []string { return lines[max(0, len(lines)-evidence):] }

// The last words of a Python program, of a shell and of the C library.
var (
	noFile    = regexp.MustCompile(`(?:FileNotFoundError|No such file or directory|can't open file)[^'"]*['"]([^'"]+)['"]|([^\s:'"]*/[^\s:'"]+): No such file or directory`)
	noModule  = regexp.MustCompile(`ModuleNotFoundError: No module named ['"]([^'"]+)['"]|ImportError: cannot import name .* from ['"]([^'"]+)['"]`)
	noAccess  = regexp.MustCompile(`(?:PermissionError|Permission denied)[^'"]*['"]([^'"]+)['"]|([^\s:'"]*/[^\s:'"]+): Permission denied`)
	inUse     = regexp.MustCompile(`(?i)address already in use`)
	noSetting = regexp.MustCompile(`^KeyError: ['"]([A-Z][A-Z0-9_]+)['"]`)
	exception = regexp.MustCompile(`^[A-Za-z_][\w.]*(?:Error|Exception|Interrupt|Exit|Warning)(?:: .*)?$`)
)

// lookAt is how far from its end a program's reason is looked for.
const lookAt = 30

// said is the cause by the last words of the service; nil when they say none.
func said(f Facts) *stack.Cause {
	lines := f.Lines[max(0, len(f.Lines)-lookAt):]
	for n := len(lines) - 1; n >= 0; n-- {
		line := strings.TrimSpace(lines[n])
		if c := says(f, line); c != nil {
			return c
		}
	}
	return nil
}

func says(f Facts, line string) *stack.Cause {
	if m := noFile.FindStringSubmatch(line); m != nil {
		return missingFile(f, m[1]+m[2])
	}
	if m := noModule.FindStringSubmatch(line); m != nil {
		name, _, _ := strings.Cut(m[1]+m[2], ".")
		return &stack.Cause{
			Short: "no module " + name, Text: "The Python module " + name + " is not in the image, or lacks what is imported from it.",
			Advice: "Add it to the requirements file that the Dockerfile installs; if it is your own, COPY it and look at the working directory.",
		}
	}
	if m := noAccess.FindStringSubmatch(line); m != nil {
		who := "Its user"
		if f.User != "" {
			who = "User " + f.User
		}
		return &stack.Cause{
			Short: "permission denied", Text: who + " may not open " + m[1] + m[2] + ".",
			Advice: "COPY it with --chown, or correct the owner of what is mounted there.",
		}
	}
	if m := noSetting.FindStringSubmatch(line); m != nil {
		return &stack.Cause{
			Short: "no " + m[1], Text: "It misses " + m[1] + ": " + line,
			Advice: "If that is a variable of the environment, set it under environment: in the compose file.",
		}
	}
	if inUse.MatchString(line) {
		return &stack.Cause{
			Short: "address in use", Text: "The address that it wants to listen on is in use inside the container: " + line,
			Advice: "Something else in the container listens there, or it is started twice.",
		}
	}
	if exception.MatchString(line) {
		return &stack.Cause{Text: sentence("It ended with " + line)}
	}
	return nil
}

// models are the names that files of models end in.
var models = []string{".joblib", ".pkl", ".pickle", ".onnx", ".pt", ".pth", ".safetensors", ".h5", ".keras", ".gguf", ".bin", ".model", ".cbm", ".ubj", ".txt"}

// missingFile says where a file that is not there would have come from.
func missingFile(f Facts, name string) *stack.Cause {
	c := &stack.Cause{Short: "no " + path.Base(name), Text: name + " is not in the container.", Advice: "COPY it into the image, and see that .dockerignore does not leave it out."}
	for _, end := range models {
		if strings.HasSuffix(name, end) {
			c.Text = "The model file " + name + " is not in the container."
			c.Advice = "Train it, and COPY it into the image (.dockerignore may leave it out); or mount its folder with volumes:."
			break
		}
	}
	for _, m := range f.Mounts {
		if name == m.Target || strings.HasPrefix(name, strings.TrimSuffix(m.Target, "/")+"/") {
			c.Advice = "It would be in " + m.Source + ", which is mounted there: is it in that " + map[string]string{"bind": "folder of the Engine's host", "volume": "volume"}[m.Type] + "?"
		}
	}
	return c
}

// sentence begins with a capital letter and ends with a full stop.
func sentence(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	if s == "" {
		return ""
	}
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[size:], ".") + "."
}
