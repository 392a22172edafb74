package train

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Comparison is several optimizers that train the same task from the same seeds.
type Comparison struct {
	Task       Task
	Optimizers []Optimizer // their labels are unique
	Seeds      []uint64    // each gives one run of every optimizer
	Epochs     int         // as in Config
	Steps      int
	// Checkpoints is a folder with a folder for each run, or "" for none. With
	// Resume, runs that are done are not done again, and the one that was stopped
	// goes on.
	Checkpoints     string
	CheckpointEvery int
	Resume          bool
	Recorder        Recorder
}

// Compare does all runs, one after another: the first seed with every optimizer,
// then the next seed. A run that diverges is part of the result; any other error
// ends the comparison. The results are given with an error too.
func Compare(ctx context.Context, c Comparison) (*Table, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	var results []*Result
	for _, seed := range c.Seeds {
		for _, o := range c.Optimizers {
			result, err := Run(ctx, c.config(o, seed))
			if result != nil {
				results = append(results, result)
			}
			var diverged *DivergedError
			if err != nil && !errors.As(err, &diverged) {
				return NewTable(results), err
			}
		}
	}
	return NewTable(results), nil
}

func (c Comparison) check() error {
	if len(c.Optimizers) == 0 || len(c.Seeds) == 0 {
		return fmt.Errorf("a comparison of %d optimizers with %d seeds; it needs at least one of each", len(c.Optimizers), len(c.Seeds))
	}
	labels, seeds := map[string]bool{}, map[uint64]bool{}
	for _, o := range c.Optimizers {
		folder := folderOf(o.Label)
		if folder == "" || labels[folder] {
			return fmt.Errorf("the optimizer label %q is empty or too much like another one; labels must differ in their letters and digits", o.Label)
		}
		labels[folder] = true
	}
	for _, seed := range c.Seeds {
		if seeds[seed] {
			return fmt.Errorf("the seed %d is given twice; the same seed gives the same run", seed)
		}
		seeds[seed] = true
	}
	return nil
}

func (c Comparison) config(o Optimizer, seed uint64) Config {
	config := Config{Task: c.Task, Optimizer: o, Seed: seed, Epochs: c.Epochs, Steps: c.Steps, CheckpointEvery: c.CheckpointEvery,
		Resume: c.Resume, Recorder: c.Recorder}
	if c.Checkpoints != "" {
		config.Checkpoints = filepath.Join(c.Checkpoints, fmt.Sprintf("%s-seed-%d", folderOf(o.Label), seed))
	}
	return config
}

// folderOf is a label with all but lower-case letters, digits and dots as single
// hyphens: a name that every file system takes.
func folderOf(label string) string {
	var out strings.Builder
	for _, c := range strings.ToLower(label) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' {
			out.WriteRune(c)
		} else if s := out.String(); s != "" && s[len(s)-1] != '-' {
			out.WriteByte('-')
		}
	}
	return strings.Trim(out.String(), "-.")
}
