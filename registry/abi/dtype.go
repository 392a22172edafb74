package abi

import "fmt"

// DType is the number format of a run's tensors.
type DType string

// The dtypes.
const (
	F32 DType = "f32" // IEEE 754 binary32
	F64 DType = "f64" // IEEE 754 binary64
)

// ParseDType reads a dtype's name.
func ParseDType(name string) (DType, error) {
	if d := DType(name); d == F32 || d == F64 {
		return d, nil
	}
	return "", fmt.Errorf("%q is no dtype; it is f32 or f64", name)
}

// Size is the number of bytes of one value.
func (d DType) Size() int {
	if d == F64 {
		return 8
	}
	return 4
}

// DTypeOf is the dtype whose Go type T is.
func DTypeOf[T Float]() DType {
	if _, double := any(T(0)).(float64); double {
		return F64
	}
	return F32
}
