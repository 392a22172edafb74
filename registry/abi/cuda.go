package abi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// CUDA is what a plugin hands to a host with an NVIDIA GPU: compiled kernels, and
// what there is to know to launch them. Package cudagen says what the kernels are,
// and optc.h what they are given.
type CUDA struct {
	Compiler  string      `json:"compiler"`  // "NVRTC 13.0"
	Launches  []Launch    `json:"launches"`  // one for each of Manifest.Variants, in their order
	Images    []Image     `json:"images"`    // each has all kernels of all variants
	Resources []Resources `json:"resources"` // one for each kernel and architecture
}

// Launch is how the kernels of one variant are launched.
type Launch struct {
	Name       string   `json:"name"`       // what its kernels' names begin with: NAME_step_f32
	Kernels    []string `json:"kernels"`    // of a step, in their order: "prepare", …, "step"
	Scalars    int      `json:"scalars"`    // bytes of a Scalars
	Reduced    int      `json:"reduced"`    // bytes of a Reduced; 0 for a rule without reductions
	Reductions int      `json:"reductions"` // reductions that need lanes at the same time
}

// The kinds of images.
const (
	ImagePTX   = "ptx"   // for devices of Image.Arch and all later ones
	ImageCubin = "cubin" // for devices of the same major number and at least the same minor one
)

// Image is compiled code that a CUDA driver loads.
type Image struct {
	Kind string `json:"kind"`
	Arch int    `json:"arch"` // compute capability: 80 is 8.0
	Code []byte `json:"code"`
}

// Resources are what a compiled kernel takes of a multiprocessor, in bytes but
// for the registers.
type Resources struct {
	Kernel      string `json:"kernel"`
	Arch        int    `json:"arch"`
	Registers   int    `json:"registers"` // of a thread
	Stack       int    `json:"stack"`     // of a thread
	SpillStores int    `json:"spill_stores"`
	SpillLoads  int    `json:"spill_loads"`
	Shared      int    `json:"shared"` // of a block
}

// Bounds of what a Launch may say, so that a host can believe it.
const (
	maxKernels     = 1 << 8
	maxScalarBytes = 1 << 16
	maxReductions  = 1 << 9
)

// HasCUDA tells whether the plugin carries kernels for GPUs.
func (m *Manifest) HasCUDA() bool { return slices.Contains(m.Targets, TargetCUDA) }

// maxCUDA bounds the bytes of a CUDA's JSON.
const maxCUDA = 1 << 28

// Pack is c as a plugin carries it: as JSON, compressed by gzip.
func (c *CUDA) Pack() ([]byte, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	err := errors.Join(json.NewEncoder(w).Encode(c), w.Close())
	return packed.Bytes(), err
}

// UnpackCUDA reads what Pack wrote, and reports the first thing in it that no host
// can launch: what a plugin says of itself is not to be trusted before.
func UnpackCUDA(m *Manifest, packed []byte) (*CUDA, error) {
	c, err := unpack(packed)
	if err != nil {
		return nil, fmt.Errorf("the CUDA code of %s is not understood: %w", m.Name, err)
	}
	if err := c.Validate(m); err != nil {
		return nil, err
	}
	return c, nil
}

func unpack(packed []byte) (*CUDA, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxCUDA+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxCUDA {
		return nil, fmt.Errorf("it is longer than %d bytes", maxCUDA)
	}
	c := new(CUDA)
	return c, json.Unmarshal(text, c)
}

// Validate reports the first thing in c that no host can launch for the rule that m
// describes. What kernels do is not in it.
func (c *CUDA) Validate(m *Manifest) error {
	if err := c.validate(m); err != nil {
		return fmt.Errorf("the CUDA code of %s is wrong: %w", m.Name, err)
	}
	return nil
}

func (c *CUDA) validate(m *Manifest) error {
	if len(c.Launches) != len(m.Variants) {
		return fmt.Errorf("it has %d variants, and the rule has %d", len(c.Launches), len(m.Variants))
	}
	for _, l := range c.Launches {
		if err := l.validate(); err != nil {
			return fmt.Errorf("variant %.80q: %w", l.Name, err)
		}
	}
	if len(c.Images) == 0 {
		return errors.New("it has no images")
	}
	for _, i := range c.Images {
		if i.Kind != ImagePTX && i.Kind != ImageCubin || len(i.Code) == 0 {
			return fmt.Errorf("an image is of the kind %.20q, with %d bytes", i.Kind, len(i.Code))
		}
	}
	return nil
}

func (l *Launch) validate() error {
	switch {
	case len(l.Kernels) == 0 || len(l.Kernels) > maxKernels:
		return fmt.Errorf("it has %d kernels", len(l.Kernels))
	case l.Scalars < 8 || l.Scalars > maxScalarBytes || l.Reduced < 0 || l.Reduced > maxScalarBytes:
		return fmt.Errorf("its structs have %d and %d bytes", l.Scalars, l.Reduced)
	case l.Reductions < 0 || l.Reductions > maxReductions:
		return fmt.Errorf("it has %d reductions at once", l.Reductions)
	}
	return nil
}
