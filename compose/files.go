package compose

import (
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/types"

	"berth/stack"
)

// find settles files and environment in compose's order: the .env of the
// current folder may name the files, and the folder of the files may have
// another .env.
func (l *loading) find() (*cli.ProjectOptions, error) {
	projectDir := ""
	if l.options.ProjectDir != "" {
		projectDir = l.absolute([]string{l.options.ProjectDir})[0]
	}
	files := l.absolute(l.options.Files)
	searchIn := projectDir
	if len(files) == 0 {
		searchIn = cmp.Or(projectDir, l.dir)
	}
	dotEnv, err := l.dotEnv()
	if err != nil {
		return nil, err
	}
	options, err := cli.NewProjectOptions(files,
		cli.WithName(l.options.Name),
		cli.WithWorkingDirectory(searchIn),
		withEnvironment(l.env),
		dotEnv, cli.WithDotEnv,
		l.withFilesOfEnvironment,
		cli.WithDefaultConfigPath,
		l.withProjectDir(projectDir),
		dotEnv, cli.WithDotEnv,
	)
	if err != nil {
		return nil, err
	}
	if len(options.ConfigPaths) == 0 {
		return nil, ErrNoFile
	}
	return options, nil
}

// withProjectDir ends the search: from here on the project's folder is the one
// that was asked for, or (empty) that of the first file. Standard input has no
// folder of its own.
func (l *loading) withProjectDir(dir string) cli.ProjectOptionsFn {
	return func(o *cli.ProjectOptions) error {
		o.WorkingDir = dir
		if o.WorkingDir == "" && !slices.ContainsFunc(o.ConfigPaths, func(f string) bool { return f != "-" }) {
			o.WorkingDir = l.dir
		}
		return nil
	}
}

func withEnvironment(env types.Mapping) cli.ProjectOptionsFn {
	return func(o *cli.ProjectOptions) error {
		o.Environment = env
		return nil
	}
}

// dotEnv chooses the environment files: explicit ones, else .env, unless
// COMPOSE_DISABLE_ENV_FILE says no.
func (l *loading) dotEnv() (cli.ProjectOptionsFn, error) {
	if v, ok := l.env[consts.ComposeDisableDefaultEnvFile]; ok && len(l.envFiles) == 0 {
		disabled, err := strconv.ParseBool(v)
		if err != nil {
			return nil, &stack.Problem{What: "reading " + consts.ComposeDisableDefaultEnvFile, Err: err, Hint: "set it to true or false"}
		}
		if disabled {
			return func(*cli.ProjectOptions) error { return nil }, nil
		}
	}
	return cli.WithEnvFiles(l.envFiles...), nil
}

// withFilesOfEnvironment takes the files from COMPOSE_FILE. compose-go's own
// version knows the process's folder only.
func (l *loading) withFilesOfEnvironment(o *cli.ProjectOptions) error {
	list := o.Environment[consts.ComposeFilePath]
	if len(o.ConfigPaths) > 0 || list == "" {
		return nil
	}
	separator := cmp.Or(o.Environment[consts.ComposePathSeparator], string(os.PathListSeparator))
	o.ConfigPaths = l.absolute(strings.Split(list, separator))
	return nil
}

// absolute makes paths absolute; "-", standard input, stays.
func (l *loading) absolute(paths []string) []string {
	abs := make([]string, 0, len(paths))
	for _, p := range paths {
		if p != "-" && !filepath.IsAbs(p) {
			p = filepath.Join(l.dir, p)
		}
		abs = append(abs, p)
	}
	return abs
}
