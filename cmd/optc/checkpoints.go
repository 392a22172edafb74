package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/train"
	"github.com/optc-lang/optc/internal/cause"
)

// defaultCheckpoints is where a command keeps checkpoints that gives no folder,
// each in a new folder of its own.
var defaultCheckpoints = filepath.Join(".optc", "checkpoints")

// kept is the folder of checkpoints of one command.
type kept struct {
	folder string
	own    bool // made for this command, and not named by the user
}

// openCheckpoints makes the folder, so that no run fails to save at its end.
func (c *trainCmd) openCheckpoints() (kept, error) {
	if c.Checkpoints == "" {
		return newCheckpoints()
	}
	k := kept{folder: c.Checkpoints}
	if c.Resume && !k.any() {
		return k, fmt.Errorf("there is no checkpoint in %s to go on from; name the folder that the stopped command named, or leave --resume out", k.folder)
	}
	err := os.MkdirAll(k.folder, 0o755)
	if err == nil {
		err = probe(k.folder)
	}
	if err != nil {
		return k, fmt.Errorf("checkpoints can't be kept in %s (%w); name another folder with --checkpoints", k.folder, cause.Of(err))
	}
	return k, nil
}

// newCheckpoints makes a folder that no run has yet, under the working directory
// or, where nothing can be written there, among the temporary files.
func newCheckpoints() (kept, error) {
	pattern := time.Now().Format("20060102-150405") + "-*"
	if os.MkdirAll(defaultCheckpoints, 0o755) == nil {
		if folder, err := os.MkdirTemp(defaultCheckpoints, pattern); err == nil {
			return kept{folder, true}, nil
		}
	}
	folder, err := os.MkdirTemp("", "optc-checkpoints-"+pattern)
	if err != nil {
		return kept{}, fmt.Errorf("there is no place for checkpoints (%w); name a folder with --checkpoints", cause.Of(err))
	}
	return kept{folder, true}, nil
}

// close deletes a folder that nobody asked for once all runs are done, and says
// how to go on where they were stopped.
func (k kept) close(a *app, c *trainCmd, err error) error {
	if k.own && err == nil && c.SaveEvery == 0 {
		err = os.RemoveAll(k.folder)
	}
	if k.own {
		_ = os.Remove(k.folder) // each only where it is empty
		_ = os.Remove(defaultCheckpoints)
		_ = os.Remove(filepath.Dir(defaultCheckpoints))
	}
	var stopped *train.InterruptedError
	switch {
	case !k.any():
		return err
	case err != nil && (k.own || errors.As(err, &stopped)):
		return fmt.Errorf("%w\nto go on: optc %s", err, c.again(a.args, k.folder))
	case err == nil && k.own:
		fmt.Fprintf(a.err, "the checkpoints are in %s\n", k.folder)
	}
	return err
}

// withFlags adds the flags with which one does what an error says is to be done.
func withFlags(err error) error {
	switch {
	case errors.Is(err, train.ErrHasCheckpoint):
		return fmt.Errorf("%w (with --resume, or with another --checkpoints)", err)
	case errors.Is(err, host.ErrOtherParams):
		return fmt.Errorf("%w (most likely it was made with another --model or --data)", err)
	case errors.Is(err, host.ErrOtherText):
		return fmt.Errorf("%w (put the former text of the .opt file back, or name the folder of the former plugin with --plugin-dir)", err)
	}
	return err
}

// any tells whether there is a checkpoint of any run.
func (k kept) any() bool {
	runs, err := os.ReadDir(k.folder)
	if err != nil {
		return false
	}
	for _, run := range runs {
		if _, err := os.Stat(filepath.Join(k.folder, run.Name(), "latest")); err == nil {
			return true
		}
	}
	return false
}

// again is the command line that goes on where this one was stopped.
func (c *trainCmd) again(args []string, folder string) string {
	var words []string
	for _, arg := range args {
		words = append(words, quoted(arg))
	}
	if c.Checkpoints == "" {
		words = append(words, "--checkpoints", quoted(folder))
	}
	if !c.Resume {
		words = append(words, "--resume")
	}
	return strings.Join(words, " ")
}

var plainWord = regexp.MustCompile(`^[\w@%+=:,./\\-]+$`)

// quoted is a word as a shell takes it.
func quoted(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
