package host

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/optc-lang/optc/host/safetensors"
	"github.com/optc-lang/optc/registry/abi"
)

// A folder of checkpoints looks like this:
//
//	latest                    which of the folders is valid, and its digest
//	step-0000000013/
//	    checkpoint.json       the rule, the counts, and the digest of the tensors
//	    tensors.safetensors   θ and every state buffer
//
// A checkpoint is written into a folder of another name, which is then renamed;
// it becomes valid when a new file latest is renamed over the old one. So a
// process may be killed at any moment: latest names the old checkpoint or the
// new one, and each is whole. The one that latest named before is kept too, for
// a reader that has just looked; older ones are removed.

// ErrNoCheckpoint is what Restore's error wraps where a folder has no
// checkpoint at all.
var ErrNoCheckpoint = errors.New("no checkpoint")

// What Restore's error wraps where a checkpoint is of another run. Each says what
// to do.
var (
	// ErrOtherText: the rule's text has changed, or is another version's.
	ErrOtherText = errors.New("go on with the text that it was made with, or name another folder")
	// ErrOtherParams: the parameters are other ones, most likely another model's.
	ErrOtherParams = errors.New("these are other parameters than those that were saved; give the same ones, or name another folder")
)

// instead is what is left to do where a checkpoint can't be read.
const instead = "put a copy of it back, or name another folder"

// The names of files in a folder of checkpoints.
const (
	latestFile   = "latest"
	manifestFile = "checkpoint.json"
	tensorsFile  = "tensors.safetensors"
	temporary    = ".tmp-" // begins what is not finished
)

// maxCount bounds the steps that a checkpoint counts: t is exact in a float64.
const maxCount = 1 << 53

// checkpointFormat is the version of checkpoint.json.
const checkpointFormat = 1

// checkpoint is the content of checkpoint.json.
type checkpoint struct {
	Format  int               `json:"format"`
	Rule    string            `json:"rule"`
	Version string            `json:"version"`
	Digest  string            `json:"digest"` // of the rule's text
	Options map[string]string `json:"options"`
	DType   abi.DType         `json:"dtype"`
	Seed    uint64            `json:"seed"` // of the rule's random numbers
	Step    int               `json:"step"` // Optimizer.Now
	Skipped int               `json:"skipped"`
	Params  []savedParam      `json:"parameters"`
	Groups  []savedGroup      `json:"groups"` // for a reader; a run may go on with others
	Tensors savedFile         `json:"tensors"`
	Extra   json.RawMessage   `json:"extra"` // the caller's
}

type savedParam struct {
	Name   string `json:"name"`
	Shape  []int  `json:"shape"`
	Group  string `json:"group"`
	T      int64  `json:"t"` // steps that it has taken
	Frozen bool   `json:"frozen,omitempty"`
}

// savedGroup is a group with the hyperparameters of its last step.
type savedGroup struct {
	Name   string             `json:"name"`
	Hypers map[string]float64 `json:"hyperparameters"`
}

type savedFile struct {
	Bytes  int64  `json:"bytes"`
	Digest string `json:"digest"` // "sha256:" and 64 digits
}

// describe is the checkpoint of the optimizer as it is now, but for its file of
// tensors.
func (o *Optimizer) describe(extra any) (*checkpoint, error) {
	text, err := json.Marshal(extra)
	if err != nil {
		return nil, fmt.Errorf("the extra data can't be written as JSON: %w", err)
	}
	m := o.Manifest()
	c := &checkpoint{
		Format: checkpointFormat, Rule: m.Name, Version: m.Version, Digest: m.Digest, Options: o.options,
		DType: o.DType(), Seed: o.Seed(), Step: o.step, Skipped: o.skipped, Extra: text,
	}
	for i, p := range o.params {
		c.Params = append(c.Params, savedParam{p.Name, append([]int{}, p.Shape...), p.Group, o.taken[i], o.frozen[i]})
	}
	for g, group := range o.groups {
		saved := savedGroup{group.name, map[string]float64{}}
		for i, x := range o.arena.Hypers(g) {
			saved.Hypers[m.Hypers[i].Name] = x
		}
		c.Groups = append(c.Groups, saved)
	}
	return c, nil
}

// buffer is a part of the arena under the name that it has in a checkpoint.
type buffer[T abi.Float] struct {
	name   string
	shape  []int
	values []T
}

// buffers are θ and then the states of each parameter: theta/NAME, and
// state.STATE.K/NAME, where K is the buffer, 0-based, of the state.
func buffers[T abi.Float](o *Optimizer) []buffer[T] {
	var all []buffer[T]
	for i, p := range o.params {
		all = append(all, buffer[T]{"theta/" + p.Name, p.Shape, abi.Theta[T](o.arena, i)})
		at := 0
		for _, slot := range o.Variant().Slots {
			for k := range slot.Buffers {
				name := fmt.Sprintf("state.%s.%d/%s", slot.Name, k, p.Name)
				all = append(all, buffer[T]{name, p.Shape, abi.State[T](o.arena, at, i)})
				at++
			}
		}
	}
	return all
}

func tensorsOf[T abi.Float](o *Optimizer) []safetensors.Tensor {
	var all []safetensors.Tensor
	for _, b := range buffers[T](o) {
		all = append(all, safetensors.Of(b.name, b.shape, b.values))
	}
	return all
}

// fits reports why the optimizer cannot go on from a checkpoint, or nil.
func (o *Optimizer) fits(c *checkpoint) error {
	m := o.Manifest()
	switch {
	case c.Rule != m.Name:
		return fmt.Errorf("it is of the rule %s, not %s; load %s, or name another folder", c.Rule, m.Name, c.Rule)
	case c.Digest != m.Digest:
		return fmt.Errorf("it was made with another text of %s, version %s with the digest %s; this one has version %s and %s: %w",
			c.Rule, c.Version, c.Digest, m.Version, m.Digest, ErrOtherText)
	case c.DType != o.DType():
		return fmt.Errorf("its tensors are %s, not %s; take %s, or name another folder", c.DType, o.DType(), c.DType)
	case c.Seed != o.Seed():
		return fmt.Errorf("it was made with the seed %d, not %d; a run goes on in every bit only with the seed that it began with: "+
			"give that, or name another folder", c.Seed, o.Seed())
	case len(c.Params) != len(o.params):
		return fmt.Errorf("it has %d parameters, not %d: %w", len(c.Params), len(o.params), ErrOtherParams)
	case c.Step < 0 || c.Step > maxCount || c.Skipped < 0 || c.Skipped > c.Step:
		return fmt.Errorf("it counts %d steps and %d skipped ones", c.Step, c.Skipped)
	}
	for option, choice := range o.options {
		if c.Options[option] != choice {
			return fmt.Errorf("it was made with %s = %s, not %s; choose %[2]s, or name another folder",
				option, c.Options[option], choice)
		}
	}
	return o.fitParams(c)
}

func (o *Optimizer) fitParams(c *checkpoint) error {
	for i, p := range o.params {
		saved := c.Params[i]
		if saved.Name != p.Name {
			return fmt.Errorf("its parameter %d is %q, not %q: %w", i, saved.Name, p.Name, ErrOtherParams)
		}
		if !slices.Equal(saved.Shape, p.Shape) {
			return fmt.Errorf("its parameter %q has the shape %v, not %v: %w", p.Name, saved.Shape, p.Shape, ErrOtherParams)
		}
		if saved.T < 0 || saved.T > maxCount {
			return fmt.Errorf("its parameter %q has taken %d steps", p.Name, saved.T)
		}
	}
	return nil
}

// pointer is the content of the file latest: two lines.
type pointer struct {
	folder string
	digest string // of its checkpoint.json
}

func (p pointer) String() string { return p.folder + "\n" + p.digest + "\n" }

var (
	folderName = regexp.MustCompile(`^step-[0-9]{10,19}(-[0-9]{1,9})?$`)
	digestText = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)
)

func parsePointer(text []byte) (pointer, error) {
	lines := strings.Split(string(text), "\n")
	if len(lines) != 3 || !folderName.MatchString(lines[0]) || !digestText.MatchString(lines[1]) || lines[2] != "" {
		return pointer{}, fmt.Errorf("the file %s is damaged; it must name a folder and a digest; %s", latestFile, instead)
	}
	return pointer{lines[0], lines[1]}, nil
}

func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}
