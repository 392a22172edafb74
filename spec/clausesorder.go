package spec

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/registry/abi"
)

var orderClauses = []Clause{
	{"order-1", "determinism", "The same run twice gives the same bits.", twice},
	{"order-2", "independence of order", "A tensor's result depends neither on its place in the arena nor on its neighbours.", reordered},
	{"order-3", "independence of chunking", "Where a rule has neither reductions nor random numbers, an element's result depends on that element alone: a tensor cut in two gives the same bits.", chunked},
	{"order-4", "independence of threads", "The number of threads that share a step changes no bit of it.", threaded},
}

var randomClauses = []Clause{
	{"random-1", "random numbers", "What a rule draws depends on the run's seed, the tensor's place, its t, the call's place in the rule and the element, and on nothing else: with every seed of 64 bits it is what the language says.", drawn},
}

// With these seeds the first number that normal() draws, of tensor 0 in step 1 by
// call 0, is 6.867325792084049 and 7.0703702633900765: the ends of the normal
// quantile have polynomials of their own.
const far, farther = 7127256406, 21402202944

// drawn has seeds in which each half of the bits counts, lengths about a block of
// the generator, and steps beyond 32 bits.
func drawn(s *subject) error {
	if !s.draws() {
		return skipped{"the rule draws no random numbers"}
	}
	for _, seed := range []uint64{0, 1, 1 << 32, 1<<64 - 1, s.rng().Uint64(), far, farther} {
		r := run{seed: seed, starts: []int64{1, 1<<16 + 5, 1<<31 + 7, 1<<39 + 1<<33 + 1}, steps: 3, lens: []int{1, 3, 4, 5, 130, 130, 130, 130}}
		if err := s.everywhere(r); err != nil {
			return fmt.Errorf("with the seed %d: %w", seed, err)
		}
	}
	return nil
}

// twice compares two instances of the engine, not the engine with the rule: what
// differs from run to run fails here, whatever it should be.
func twice(s *subject) error {
	for _, d := range (run{}).dtypes() {
		r := run{dtype: d, lens: []int{1, 9, 65, 70_000}, steps: 3}
		once, err := s.memory(r)
		if err != nil {
			return err
		}
		again, err := s.memory(r)
		if err != nil {
			return err
		}
		if err := s.sameMemory(once, again, "in one run", "in the same run again"); err != nil {
			return err
		}
	}
	return nil
}

// threaded compares one thread with three.
func threaded(s *subject) error {
	if s.engine.Threads == nil {
		return skipped{"the engine has no number of threads to choose"}
	}
	dtypes := run{}.dtypes()
	if s.options.Short {
		dtypes = dtypes[:1]
	}
	for _, d := range dtypes {
		one, err := s.shared(d, 1)
		if err != nil {
			return err
		}
		three, err := s.shared(d, 3)
		if err != nil {
			return err
		}
		if err := s.sameMemory(one, three, "with one thread", "with three"); err != nil {
			return err
		}
	}
	return nil
}

// shared is a run with more elements than a step keeps one thread for, in tensors
// of all sizes. The second largest has special numbers, since each thread chooses
// for itself whether subnormals are kept, and no gradient in one step.
func (s *subject) shared(d abi.DType, threads int) (*abi.Arena, error) {
	with := *s
	with.engine.Open = func() (host.Engine, error) { return s.engine.Threads(threads) }
	return with.memory(run{
		dtype: d, wild: true, lens: []int{1, 220_000, 40_000, 9, 5_000}, steps: 2,
		misses: func(step, tensor int) bool { return step == 1 && tensor == 2 },
	})
}

// memory is a copy of the engine's arena after a run.
func (s *subject) memory(r run) (*abi.Arena, error) {
	p, err := s.pair(r)
	if err != nil {
		return nil, err
	}
	for step := 0; step < p.steps && err == nil; step++ {
		p.command(step)
		err = p.engine.Step()
	}
	copy(p.before.Bytes(), p.arenas[0].Bytes())
	return p.before, errors.Join(err, p.close())
}

// sameMemory compares what two runs leave; which NaN a NaN is does not matter.
func (s *subject) sameMemory(a, b *abi.Arena, how, other string) error {
	d := FirstDifference(s.manifest(), a, b)
	if d == nil {
		return nil
	}
	return fmt.Errorf("in %s, %s of tensor %d, element %d, is %v (%s) %s and %v (%s) %s",
		d.DType, d.Where, d.Tensor, d.Element, d.Got, d.GotHex, how, d.Want, d.WantHex, other)
}

// alone is a run's θ of every tensor after some steps; the data of a tensor
// depend on its name alone.
func (s *subject) alone(d abi.DType, names []int, lens []int, cut func(name int) (from, to int)) (map[int][]float64, error) {
	e, err := s.engine.Open()
	if err != nil {
		return nil, err
	}
	layout, err := abi.NewLayout(s.manifest(), 0, d, lens, make([]int, len(lens)))
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	arena, err := e.Attach(layout)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	copy(arena.Hypers(0), s.manifest().Defaults())
	rngs := map[int]*rand.Rand{}
	write := func(i, name int, to numbers) {
		if rngs[name] == nil {
			rngs[name] = rand.New(rand.NewPCG(s.options.Seed, uint64(name)))
		}
		from, end := cut(i)
		row := make([]float64, wholeLen)
		for j := range row {
			row[j] = rngs[name].NormFloat64()
		}
		for j := from; j < end; j++ {
			to.set(j-from, row[j])
		}
	}
	for i, name := range names {
		write(i, name, thetaOf(arena, i))
	}
	for step := 0; step < 4 && err == nil; step++ {
		for i, name := range names {
			write(i, name, gradOf(arena, i))
			arena.Steps()[i] = int64(step + 1)
		}
		err = e.Step()
	}
	out := map[int][]float64{}
	for i, name := range names {
		theta := thetaOf(arena, i)
		for j := range theta.size() {
			out[name] = append(out[name], theta.at(j))
		}
	}
	return out, errors.Join(err, e.Close())
}

// wholeLen is the length of the tensors that are moved about and cut: more than
// two blocks of 1,024.
const wholeLen = 2085

func wholes(int) (int, int) { return 0, wholeLen }

func reordered(s *subject) error {
	if s.draws() {
		return skipped{"the rule draws random numbers, which depend on a tensor's place"}
	}
	lens := []int{wholeLen, wholeLen, wholeLen}
	for _, d := range (run{}).dtypes() {
		before, err := s.alone(d, []int{1, 2, 3}, lens, wholes)
		if err != nil {
			return err
		}
		after, err := s.alone(d, []int{3, 1, 2}, lens, wholes)
		if err != nil {
			return err
		}
		if err := sameTensors(d, before, after, "in another order of the tensors"); err != nil {
			return err
		}
	}
	return nil
}

func chunked(s *subject) error {
	if s.draws() || s.reduces() {
		return skipped{"the rule has reductions or random numbers"}
	}
	for _, d := range (run{}).dtypes() {
		whole, err := s.alone(d, []int{1}, []int{wholeLen}, wholes)
		if err != nil {
			return err
		}
		for _, at := range []int{5, 16, 1024, 1029} {
			parts, err := s.cut(d, at)
			if err != nil {
				return err
			}
			if err := sameTensors(d, whole, parts, fmt.Sprintf("cut after element %d", at)); err != nil {
				return err
			}
		}
	}
	return nil
}

// cut is the run of one tensor in two parts, each by itself, put together.
func (s *subject) cut(d abi.DType, at int) (map[int][]float64, error) {
	whole := map[int][]float64{}
	for _, part := range [][2]int{{0, at}, {at, wholeLen}} {
		got, err := s.alone(d, []int{1}, []int{part[1] - part[0]}, func(int) (int, int) { return part[0], part[1] })
		if err != nil {
			return nil, err
		}
		whole[1] = append(whole[1], got[1]...)
	}
	return whole, nil
}

func sameTensors(d abi.DType, want, got map[int][]float64, how string) error {
	for name := range want {
		for j := range want[name] {
			if differ(got[name][j], want[name][j]) {
				return fmt.Errorf("%s, element %d is %v (%s), and otherwise %v (%s)",
					how, j, got[name][j], hex(d, got[name][j]), want[name][j], hex(d, want[name][j]))
			}
		}
	}
	return nil
}
