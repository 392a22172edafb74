package data

import (
	"math/bits"
	"math/rand/v2"
)

// dice draws numbers from PCG-DXSM (math/rand/v2), whose stream the Go library
// specifies. What is made of the stream is written here, with exact operations
// only, so that a seed gives the same values on every machine and Go version.
type dice struct{ pcg *rand.PCG }

// Each use of a seed has a stream of its own.
const (
	streamTrain = 0x7261696e << 32
	streamTest  = 0x74657374 << 32
	streamDeal  = 0x6465616c << 32
	streamCrop  = 0x63726f70 << 32
)

// newDice starts part (0-based: an epoch, a step) of a stream. Parts of one
// stream differ below 2^32, streams above.
func newDice(seed, stream, part uint64) dice {
	return dice{rand.NewPCG(seed, stream+part)}
}

// unit is uniform on [0, 1), a multiple of 2^-53.
func (d dice) unit() float64 { return float64(d.pcg.Uint64()>>11) / (1 << 53) }

// between is uniform on [lo, hi).
func (d dice) between(lo, hi float64) float64 { return lo + float64((hi-lo)*d.unit()) }

// below is uniform on 0 to n-1: the high word of a 128-bit product, biased by
// less than n/2^64.
func (d dice) below(n int) int {
	high, _ := bits.Mul64(d.pcg.Uint64(), uint64(n))
	return int(high)
}

// permutation is a Fisher-Yates shuffle of 0 to n-1.
func (d dice) permutation(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := d.below(i + 1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}
