package compose

import (
	"io"
	"sync"

	"github.com/sirupsen/logrus"
)

// compose-go says what it noticed through logrus' standard logger only, which
// would print on a screen that is not its own.
var logging sync.Mutex

// captureLog runs f and gives what was logged meanwhile instead of printing
// it.
func captureLog(f func()) []string {
	logging.Lock()
	defer logging.Unlock()
	var kept keeper
	logger := logrus.StandardLogger()
	out := logger.Out
	logger.SetOutput(io.Discard)
	hooks := logger.ReplaceHooks(logrus.LevelHooks{})
	logger.AddHook(&kept)
	defer func() {
		logger.ReplaceHooks(hooks)
		logger.SetOutput(out)
	}()
	f()
	return kept.messages
}

// keeper is a logrus hook that remembers messages. Two of compose-go's
// goroutines may log at once.
type keeper struct {
	mu       sync.Mutex
	messages []string
}

func (k *keeper) Levels() []logrus.Level { return logrus.AllLevels }

func (k *keeper) Fire(e *logrus.Entry) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.messages = append(k.messages, e.Message)
	return nil
}
