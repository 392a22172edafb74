package abi

import "slices"

// Float is a dtype's Go type.
type Float interface{ float32 | float64 }

// Rule is a compiled optimizer, as generated code declares it.
type Rule struct {
	Manifest Manifest
	Source   string    // the .opt text
	Kernels  []Kernel  // one for each of Manifest.Variants, in their order
	Vectors  []Vectors // what this build and this processor have of them, the widest first
	CUDA     []byte    // a CUDA, packed, for hosts with a GPU; nil where Manifest.Targets has no TargetCUDA
}

// Vectors are kernels that give the same bits with vector instructions.
type Vectors struct {
	Bits    int      // of a vector
	Kernels []Kernel // in the order of Rule.Kernels; zero for a variant that has none
}

// Kernel is the fastest kernel that there is for a variant, an index in
// Manifest.Variants.
func (r *Rule) Kernel(variant int) Kernel {
	for _, v := range r.Vectors {
		if k := v.Kernels[variant]; k.F32 != nil {
			return k
		}
	}
	return r.Kernels[variant]
}

// UpTo is the rule without vectors of more bits; UpTo(0) has its scalar kernels
// alone.
func (r *Rule) UpTo(bits int) *Rule {
	narrow := *r
	narrow.Vectors = slices.DeleteFunc(slices.Clone(r.Vectors), func(v Vectors) bool { return v.Bits > bits })
	return &narrow
}

// Kernel performs one step of one tensor, in either dtype.
type Kernel struct {
	F32 func(*Update[float32])
	F64 func(*Update[float64])
	// Elementwise says that no element's step depends on another element, so
	// that a tensor may be stepped in parts. It is not so where a rule reduces.
	Elementwise bool
}

// Update is one step of one tensor, or of a part of one, of n elements. Seed,
// Tensor, T and First say which random numbers a rule draws: LANGUAGE.md,
// section 11.
type Update[T Float] struct {
	Hyper  []float64 // the hyperparameters' values in this step, in the manifest's order
	T      int64     // the number of this step of this tensor, from 1
	Seed   uint64    // of the run, as in its Layout
	Tensor int       // index of the tensor in the Layout, 0-based
	First  int       // index in the tensor of the first of the n elements; 0 for a whole tensor
	Theta  []T       // n parameters, read and written
	Grad   []T       // n gradients, only read
	State  [][]T     // n values a buffer; the slots in order, the buffers of a slot in order
	// Far says that the tensor comes from memory, since no cache holds all that are
	// stepped: a kernel may go through it another way. The bits do not depend on it.
	Far bool
}
