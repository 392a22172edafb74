//go:build goexperiment.simd && amd64

package vec

import "unsafe"

// Whole32x8 is the whole vectors of a slice, in its memory. What is left of the
// slice behind them is less than a vector.
func Whole32x8(s []float32) [][8]float32 { return whole[[8]float32](s, len(s)/8) }

// Whole64x4 is the whole vectors of a slice, in its memory.
func Whole64x4(s []float64) [][4]float64 { return whole[[4]float64](s, len(s)/4) }

// Whole32x16 is the whole vectors of a slice, in its memory.
func Whole32x16(s []float32) [][16]float32 { return whole[[16]float32](s, len(s)/16) }

// Whole64x8 is the whole vectors of a slice, in its memory.
func Whole64x8(s []float64) [][8]float64 { return whole[[8]float64](s, len(s)/8) }

// Fours32x8 is the whole groups of four vectors of a slice, in its memory.
func Fours32x8(s []float32) [][4][8]float32 { return whole[[4][8]float32](s, len(s)/32) }

// Fours64x4 is the whole groups of four vectors of a slice, in its memory.
func Fours64x4(s []float64) [][4][4]float64 { return whole[[4][4]float64](s, len(s)/16) }

// Fours32x16 is the whole groups of four vectors of a slice, in its memory.
func Fours32x16(s []float32) [][4][16]float32 { return whole[[4][16]float32](s, len(s)/64) }

// Fours64x8 is the whole groups of four vectors of a slice, in its memory.
func Fours64x8(s []float64) [][4][8]float64 { return whole[[4][8]float64](s, len(s)/32) }

// whole is the first n vectors of a slice that has as many.
func whole[V, T any](s []T, n int) []V {
	return unsafe.Slice((*V)(unsafe.Pointer(unsafe.SliceData(s))), n)
}
