//go:build goexperiment.simd && amd64

package vec

import "unsafe"

// Whole32 is the whole vectors of a slice, in its memory. What is left of the
// slice behind them is less than a vector.
func Whole32(s []float32) [][8]float32 {
	return unsafe.Slice((*[8]float32)(unsafe.Pointer(unsafe.SliceData(s))), len(s)/8)
}

// Whole64 is the whole vectors of a slice, in its memory.
func Whole64(s []float64) [][4]float64 {
	return unsafe.Slice((*[4]float64)(unsafe.Pointer(unsafe.SliceData(s))), len(s)/4)
}
