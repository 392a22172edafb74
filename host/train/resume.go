package train

import (
	"errors"
	"fmt"

	"github.com/optc-lang/optc/host"
)

// saved is the part of a checkpoint that is the training's: who runs, on what,
// and how far it is. The optimizer's part has the seed.
type saved struct {
	Format    int    `json:"format"`
	Optimizer string `json:"label"`
	Set       string `json:"set"`
	TrainRows int    `json:"train_rows"`
	Batch     int    `json:"batch"`
	Augment   bool   `json:"augment"`
	// Settings are those that a resumed run may change, by what they are. Older
	// checkpoints have none.
	Settings map[string]string `json:"settings,omitempty"`
	progress
}

// savedFormat is the version of saved.
const savedFormat = 1

// ErrHasCheckpoint is what Run's error wraps where a run that is to be a new one
// has a checkpoint in its folder already.
var ErrHasCheckpoint = errors.New("it has the checkpoint of a run already; resume it, or name another folder")

// describe is the run as it is now.
func (r *run) describe() saved {
	t := r.Task
	return saved{savedFormat, r.Optimizer.Label, t.Set.Name, t.Set.Train.Len(), t.Batch, t.Augment, r.settingsByName(), r.progress}
}

func (r *run) save() error { return r.optimizer.Save(r.Checkpoints, r.describe()) }

// resume goes on from the checkpoint, or, where the run is to be a new one, sees
// that it overwrites none.
func (r *run) resume() error {
	if r.Checkpoints == "" {
		return nil
	}
	var s saved
	err := r.optimizer.Restore(r.Checkpoints, &s)
	if errors.Is(err, host.ErrNoCheckpoint) {
		if r.Resume {
			r.notes = []string{fmt.Sprintf("no checkpoint in %s; it begins at step 0", r.Checkpoints)}
		}
		return nil
	}
	if !r.Resume {
		return fmt.Errorf("%s, seed %d: the folder %s can't be used: %w", r.Optimizer.Label, r.Seed, r.Checkpoints, ErrHasCheckpoint)
	}
	if err != nil {
		return fmt.Errorf("%s, seed %d: %w", r.Optimizer.Label, r.Seed, err)
	}
	return r.take(s)
}

// take checks that a checkpoint is of this run, and notes what has changed that
// may.
func (r *run) take(s saved) error {
	is := r.describe()
	for _, c := range []struct {
		what      string
		was, want any
	}{
		{"the version of its format", s.Format, is.Format},
		{"the label", s.Optimizer, is.Optimizer},
		{"the data set", s.Set, is.Set},
		{"the number of training rows", s.TrainRows, is.TrainRows},
		{"the batch size", s.Batch, is.Batch},
		{"augmentation", s.Augment, is.Augment},
	} {
		if c.was != c.want {
			return fmt.Errorf("the checkpoint in %s can't be resumed: %s was %v there and is %v now; give what it was, or another folder",
				r.Checkpoints, c.what, c.was, c.want)
		}
	}
	if r.optimizer.Now() > r.total() {
		return fmt.Errorf("the checkpoint in %s has %d steps, more than the %d of this run; make the run longer, or name another folder",
			r.Checkpoints, r.optimizer.Now(), r.total())
	}
	r.progress, r.notes = s.progress, r.changes(s.Settings)
	return nil
}

// interrupted saves a checkpoint where there is a folder for it.
func (r *run) interrupted(cause error) error {
	stop := &InterruptedError{Optimizer: r.Optimizer.Label, Seed: r.Seed, Step: r.optimizer.Now(), Steps: r.total(), Cause: cause}
	if r.Checkpoints == "" {
		return stop
	}
	if err := r.save(); err != nil {
		return fmt.Errorf("%s, seed %d: stopped after %d of %d steps, but the checkpoint could not be saved: %w",
			r.Optimizer.Label, r.Seed, stop.Step, stop.Steps, errors.Join(err, cause))
	}
	stop.Checkpoints = r.Checkpoints
	return stop
}
