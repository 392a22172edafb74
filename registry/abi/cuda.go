package abi

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

// Image is compiled code that a CUDA driver loads.
type Image struct {
	Kind string `json:"kind"` // "ptx", for devices of Arch and all later ones, or "cubin", for those of Arch's major number and at least its minor one
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
