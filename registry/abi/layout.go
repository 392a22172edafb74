package abi

import (
	"fmt"
	"math"
	"slices"
)

// Layout says what an arena holds and where. Host and plugin compute the same
// offsets from it, so it is all that Attach sends.
//
// An arena is one piece of memory:
//
//	header     64 bytes: magic, protocol, size, doorbell
//	hypers     Groups × Hypers float64: this step's hyperparameters of each group
//	steps      one int64 a tensor: the number of its coming step, from 1, or 0
//	           to leave the tensor alone
//	θ          all tensors one after another, each from a multiple of 64 bytes
//	g          the same
//	states     the same once for each buffer
//
// The regions of values start at different offsets modulo 4096: with equal ones
// steps on tensors that come from memory are a little slower.
type Layout struct {
	Protocol int    `json:"protocol"`
	Digest   string `json:"digest"`  // of the rule, as in its manifest
	Variant  int    `json:"variant"` // index in the manifest's variants
	DType    DType  `json:"dtype"`
	Hypers   int    `json:"hypers"`  // number of hyperparameters
	Buffers  int    `json:"buffers"` // state values an element
	Groups   int    `json:"groups"`
	Lens     []int  `json:"lens"`  // elements of each tensor; may be 0
	Group    []int  `json:"group"` // the group of each tensor, 0-based
	Seed     uint64 `json:"seed"`  // of the run's random numbers; NewLayout leaves it 0
}

// NewLayout is the layout of a run of one variant of a rule over tensors of the
// given lengths, each in the group of the same index.
func NewLayout(m *Manifest, variant int, d DType, lens, group []int) (*Layout, error) {
	if variant < 0 || variant >= len(m.Variants) {
		return nil, fmt.Errorf("%s has no variant %d; it has %d", m.Name, variant, len(m.Variants))
	}
	l := &Layout{
		Protocol: Protocol, Digest: m.Digest, Variant: variant, DType: d, Hypers: len(m.Hypers),
		Buffers: m.Variants[variant].Buffers(), Groups: 1, Lens: slices.Clone(lens), Group: slices.Clone(group),
	}
	for _, g := range group {
		l.Groups = max(l.Groups, g+1)
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	return l, nil
}

// alone is the elements of an arena up to which waking another thread costs what
// it saves after a pause: at twice as many, two threads take 0.75 (Adam) to 1.0
// (PNM) of one's time with vectors, and 0.55 to 0.65 in steps one after another.
const alone = 1 << 18

// threads is among how many of n threads a step is shared at most: a small step is
// left to one, and all have something to do. A rule that reduces may be for fewer.
func (l *Layout) threads(n int) int {
	elements := 0
	for _, length := range l.Lens {
		elements += length
	}
	if elements <= alone {
		return 1
	}
	return min(n, elements/leastJob)
}

// Bounds of a layout; they keep all offsets far from overflow.
const (
	maxTensors = 1 << 24
	maxBytes   = 1 << 46
)

// check reports the first thing that makes l no layout.
func (l *Layout) check() error {
	switch {
	case l.Protocol != Protocol:
		return fmt.Errorf("the layout has protocol %d, this program has %d; compile the plugin again with this version of optc",
			l.Protocol, Protocol)
	case l.DType != F32 && l.DType != F64:
		return fmt.Errorf("%q is no dtype; it is f32 or f64", l.DType)
	case len(l.Lens) != len(l.Group):
		return fmt.Errorf("the layout has %d tensors, but names the group of %d", len(l.Lens), len(l.Group))
	case len(l.Lens) > maxTensors || l.Groups < 1 || l.Groups > maxTensors:
		return fmt.Errorf("the layout has %d tensors in %d groups; at most %d of each are possible, and at least one group", len(l.Lens), l.Groups, maxTensors)
	case l.Hypers < 0 || l.Buffers < 0 || l.Hypers > math.MaxInt16 || l.Buffers > math.MaxInt16:
		return fmt.Errorf("the layout has %d hyperparameters and %d buffers; from 0 to %d of each are possible",
			l.Hypers, l.Buffers, math.MaxInt16)
	}
	return l.checkTensors()
}

func (l *Layout) checkTensors() error {
	left := maxBytes / (l.regions() * l.DType.Size())
	for i, n := range l.Lens {
		if n < 0 || n > left {
			return fmt.Errorf("tensor %d has %d elements; lengths start at 0, and an arena has at most %d bytes", i, n, maxBytes)
		}
		left -= n
		if g := l.Group[i]; g < 0 || g >= l.Groups {
			return fmt.Errorf("tensor %d is in group %d; the layout has %d groups, counted from 0", i, g, l.Groups)
		}
	}
	return nil
}

const (
	headerBytes = 64
	doorbellAt  = 24 // behind magic, protocol and size
	alignment   = 64 // of each tensor, in bytes
	page        = 4096
	stagger     = 5 * alignment // between the starts of regions, modulo a page
)

// regions is the number of regions of values: θ, g and one a state buffer.
func (l *Layout) regions() int { return 2 + l.Buffers }

func roundUp(n, to int) int { return (n + to - 1) / to * to }

// span is the number of bytes that a tensor takes in a region.
func (l *Layout) span(tensor int) int { return roundUp(l.Lens[tensor]*l.DType.Size(), alignment) }

func (l *Layout) stepsAt() int { return headerBytes + 8*l.Groups*l.Hypers }

// regionsAt is where the first region starts, and the distance from the start of
// one region to that of the next.
func (l *Layout) regionsAt() (first, stride int) {
	length := 0
	for i := range l.Lens {
		length += l.span(i)
	}
	return roundUp(l.stepsAt()+8*len(l.Lens), page), roundUp(length, page) + page + stagger
}

// RegionAt is where θ (0), g (1) or a buffer of states (2 and on) begins in the
// arena, in bytes.
func (l *Layout) RegionAt(index int) int {
	first, stride := l.regionsAt()
	return first + index*stride
}

// Size is the number of bytes of the arena. The layout must be a sound one, as
// NewLayout and Fits make sure.
func (l *Layout) Size() int {
	first, stride := l.regionsAt()
	return roundUp(first+l.regions()*stride, page)
}
