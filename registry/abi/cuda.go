package abi

// CUDA is what a plugin hands to a host with an NVIDIA GPU: its rule's kernels,
// compiled.
type CUDA struct {
	Compiler  string        `json:"compiler"`  // "NVRTC 13.5"
	Variants  []CUDAVariant `json:"variants"`  // one for each of Manifest.Variants
	Images    []Image       `json:"images"`    // each with all kernels
	Resources []Resources   `json:"resources"` // of the cubins' kernels
}

// CUDAVariant is how a host launches the kernels of a variant.
type CUDAVariant struct {
	Name string `json:"name"` // of the variant in the CUDA source, with which its kernels' names begin
}

// Image is compiled CUDA source, as cuModuleLoadData takes it.
type Image struct {
	Kind string `json:"kind"` // "ptx" or "cubin"
	// Arch is a compute capability: 80 is 8.0. PTX is for it and all later ones,
	// a cubin for it and later ones of the same major number.
	Arch int    `json:"arch"`
	Code []byte `json:"code"` // PTX ends with a zero byte
}

// Resources are what a kernel takes of a GPU. All but Registers are in bytes; those
// of local memory, which is slow, are of one thread.
type Resources struct {
	Kernel      string `json:"kernel"`
	Arch        int    `json:"arch"`      // of the cubin
	Registers   int    `json:"registers"` // of one thread
	Stack       int    `json:"stack"`     // local memory
	SpillStores int    `json:"spillStores"`
	SpillLoads  int    `json:"spillLoads"`
	Shared      int    `json:"shared"` // shared memory of a block
}
