package data

import (
	"fmt"
	"slices"
	"sync/atomic"
)

// Batches deals the rows 0 to n-1 into batches of one size: a fresh permutation
// each epoch, cut into PerEpoch full batches; the n mod size rows that are left
// sit out that epoch. What step s gets depends on n, size, seed and s alone, so
// several runs see the same batches in the same order, and a resumed run goes on
// exactly. Safe for concurrent use.
type Batches struct {
	rows, size int
	seed       uint64
	last       atomic.Pointer[deal] // the epoch dealt last, kept to save work
}

type deal struct {
	epoch int
	order []int
}

// NewBatches deals n rows into batches of batchSize rows. It is an error if
// batchSize is below 1 or above n.
func NewBatches(n, batchSize int, seed uint64) (*Batches, error) {
	if batchSize < 1 || batchSize > n {
		return nil, fmt.Errorf("batch size %d for %d rows; it must be from 1 to the number of rows", batchSize, n)
	}
	return &Batches{rows: n, size: batchSize, seed: seed}, nil
}

// PerEpoch is the number of batches of an epoch, n / batchSize rounded down.
func (b *Batches) PerEpoch() int { return b.rows / b.size }

// At is the rows (0-based, batchSize of them) of a step (0-based). Step s is
// batch s mod PerEpoch of epoch s / PerEpoch. The slice is the caller's. A
// negative step gives nil.
func (b *Batches) At(step int) []int {
	if step < 0 {
		return nil
	}
	order := b.order(step / b.PerEpoch())
	at := step % b.PerEpoch() * b.size
	return slices.Clone(order[at : at+b.size])
}

func (b *Batches) order(epoch int) []int {
	if d := b.last.Load(); d != nil && d.epoch == epoch {
		return d.order
	}
	d := &deal{epoch, newDice(b.seed, streamDeal, uint64(epoch)).permutation(b.rows)}
	b.last.Store(d)
	return d.order
}
