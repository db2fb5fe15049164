package compose

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/loader"
	"github.com/compose-spec/compose-go/v2/tree"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/compose-spec/compose-go/v2/utils"

	"berth/stack"
)

// ErrNoFile says that there is no compose file to load.
var ErrNoFile = errors.New("no compose file")

// Load reads the compose files as `docker compose` would and gives what `up`
// works from: active services only, the networks and volumes that they use,
// environment resolved. Its errors are *stack.Problem and say file and line
// where they are known.
func Load(ctx context.Context, o Options) (*Project, error) {
	l, err := newLoading(o)
	if err != nil {
		return nil, err
	}
	whole, err := l.load(ctx)
	if err != nil {
		return nil, l.problems(ctx, err)
	}
	p := &Project{
		Name:     whole.Name,
		Dir:      whole.WorkingDir,
		EnvFiles: l.envFiles,
		Warnings: l.warnings(),
		whole:    whole,
		unknown:  l.places(),
	}
	for _, f := range l.files {
		p.Files = append(p.Files, f.name)
	}
	for _, f := range l.included {
		p.included = append(p.included, f.name)
	}
	if p.Parallel, err = parallel(whole.Environment); err != nil {
		return nil, err
	}
	if p, err = p.with(whole); err != nil {
		return nil, l.problem(err)
	}
	return p, nil
}

// loading is one Load under way.
type loading struct {
	options  Options
	dir      string   // where relative paths of options start
	envFiles []string // explicit ones, absolute
	env      types.Mapping

	files    sources     // what was read, in order
	included sources     // what those include
	without  []tree.Path // left out: what is wrong with it is known
	unknown  []loader.UnsupportedAttribute
	logged   []string // what compose-go logged
}

// newLoading settles what does not need the files: where we are, and which
// environment files were asked for.
func newLoading(o Options) (*loading, error) {
	l := &loading{options: o, dir: o.WorkingDir, env: types.Mapping{}}
	if l.dir == "" {
		var err error
		if l.dir, err = os.Getwd(); err != nil {
			return nil, &stack.Problem{What: "finding the current folder", Err: err}
		}
	}
	environ := o.Environ
	if environ == nil {
		environ = os.Environ()
	}
	l.env.Merge(utils.GetAsEqualsMap(environ))
	if _, ok := l.env["PWD"]; !ok {
		l.env["PWD"] = l.dir
	}
	l.envFiles = o.EnvFiles
	if len(l.envFiles) == 0 {
		l.envFiles = strings.FieldsFunc(l.env["COMPOSE_ENV_FILES"], func(r rune) bool { return r == ',' })
	}
	l.envFiles = l.absolute(l.envFiles)
	return l, nil
}

// load runs compose-go, its log and its panics kept inside.
func (l *loading) load(ctx context.Context) (model *types.Project, err error) {
	l.logged = captureLog(func() {
		defer func() {
			if r := recover(); r != nil {
				err = fmt.Errorf("compose-go panicked: %v", r)
			}
		}()
		model, err = l.run(ctx)
	})
	return model, err
}

func (l *loading) run(ctx context.Context) (*types.Project, error) {
	options, err := l.find()
	if err != nil {
		return nil, err
	}
	dir, err := options.GetWorkingDir()
	if err != nil {
		return nil, err
	}
	details, err := options.ReadConfigFiles(ctx, dir, options)
	if err != nil {
		return nil, err
	}
	details.Environment = options.Environment
	for i, f := range details.ConfigFiles {
		l.files = append(l.files, &source{name: f.Filename, content: f.Content})
		if len(l.without) > 0 {
			if details.ConfigFiles[i].Content, err = without(f.Content, l.without); err != nil {
				return nil, err
			}
		}
	}
	model, err := loader.LoadWithContext(ctx, *details, l.configure(options.Environment, dir))
	if err != nil {
		return nil, err
	}
	for _, f := range l.files {
		model.ComposeFiles = append(model.ComposeFiles, f.name)
	}
	return model, checkRestart(model)
}

// configure is what compose-go's loader is told.
func (l *loading) configure(env types.Mapping, dir string) func(*loader.Options) {
	profiles := l.options.Profiles
	if len(profiles) == 0 {
		for s := range strings.SplitSeq(env[consts.ComposeProfiles], ",") {
			profiles = append(profiles, strings.TrimSpace(s))
		}
	}
	name, explicit := cmp.Or(l.options.Name, env[consts.ComposeProjectName]), true
	if name == "" {
		// A name: in the files wins over the folder's.
		name, explicit = loader.NormalizeProjectName(filepath.Base(dir)), false
	}
	return func(o *loader.Options) {
		o.SetProjectName(name, explicit)
		o.Profiles = profiles
		o.ConvertWindowsPaths = utils.StringToBool(env["COMPOSE_CONVERT_WINDOWS_PATHS"])
		o.SkipResolveEnvironment = true
		o.Listeners = append(o.Listeners, l.onInclude)
		loader.WithSupportedAttributes(applied, func(u []loader.UnsupportedAttribute) { l.unknown = u })(o)
		loader.WithUnsupportedAttributesCheck(appliedInPart, func(u []loader.UnsupportedAttribute) { l.unknown = u })(o)
	}
}

// onInclude remembers included files, for the lines of what they hold.
func (l *loading) onInclude(event string, about map[string]any) {
	paths, _ := about["path"].(types.StringList)
	from, _ := about["workingdir"].(string)
	if event != "include" {
		return
	}
	for _, p := range paths {
		if !filepath.IsAbs(p) {
			p = filepath.Join(from, p)
		}
		l.included = append(l.included, &source{name: p})
	}
}
