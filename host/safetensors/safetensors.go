// Package safetensors writes and reads files of named tensors.
//
// A file is: the length of the header in bytes (8 bytes, little-endian), the
// header in JSON, and the data, all tensors one after another in little-endian
// and row-major. The header maps each tensor's name to
//
//	{"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
//
// with offsets in bytes from the start of the data, and the name __metadata__
// to a map of texts (https://github.com/huggingface/safetensors, "Format").
//
// The reader takes nothing on trust: it refuses a header that is too long, is
// not JSON, names a tensor twice or has fields that the format lacks, and data
// that overlap, leave gaps, end early or go on after the last tensor.
package safetensors

import (
	"fmt"
	"math"
	"math/bits"
)

// Float is the Go type of the tensors that this package can write and read.
type Float interface{ float32 | float64 }

// maxHeader bounds the header, in bytes; the format's own bound.
const maxHeader = 100_000_000

// metadataName is the header's entry that is no tensor.
const metadataName = "__metadata__"

// widths are the bits of one value of each number format.
var widths = map[string]uint64{
	"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
	"I16": 16, "U16": 16, "F16": 16, "BF16": 16,
	"I32": 32, "U32": 32, "F32": 32,
	"I64": 64, "U64": 64, "F64": 64, "C64": 64,
	"F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}

// dtypeOf is the number format whose Go type T is.
func dtypeOf[T Float]() string {
	if _, double := any(T(0)).(float64); double {
		return "F64"
	}
	return "F32"
}

// Info describes a tensor of a file.
type Info struct {
	Name  string
	DType string // "F32", "F64", or another of the format's
	Shape []int  // none for a scalar
	begin int    // of its data, in bytes from the start of all data
	end   int
}

// byteLen is the number of bytes that a tensor takes.
func byteLen(dtype string, shape []int) (int, error) {
	width, known := widths[dtype]
	if !known {
		return 0, fmt.Errorf("%q is no number format", dtype)
	}
	n := width
	for _, d := range shape {
		over, product := bits.Mul64(n, uint64(d))
		if d < 0 || over != 0 || product > math.MaxInt64 {
			return 0, fmt.Errorf("the shape %v is more than any memory holds", shape)
		}
		n = product
	}
	if n%8 != 0 {
		return 0, fmt.Errorf("%s values in the shape %v end within a byte", dtype, shape)
	}
	return int(n / 8), nil
}
