package mutate

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/eval"
	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Case is the first difference between a mutant and its original.
type Case struct {
	Run      string  `json:"run"`     // the item of the battery
	Step     int     `json:"step"`    // from 1
	What     string  `json:"what"`    // "theta", or "m[t-1]" of a state after the step
	Element  int     `json:"element"` // from 0
	Original float64 `json:"-"`
	Mutant   float64 `json:"-"`
}

func (c Case) String() string {
	return fmt.Sprintf("%s: step %d, %s[%d] is %v (%x) and with the mutant %v (%x)",
		c.Run, c.Step, c.What, c.Element, c.Original, c.Original, c.Mutant, c.Mutant)
}

// Judge holds mutants of one program against it. It may be used by one
// goroutine at a time.
type Judge struct {
	p           *ir.Program
	hypers      []abi.Hyper
	first, rest []*trial
	ties        []*trial // made when the rest leaves a mutant alive
	tied        bool
	prover      *prover
}

// trial is a run with what the original makes of it: a row of θ and of each
// state, newest first, after each step.
type trial struct {
	*Run
	original [][][]float64
}

// NewJudge makes a judge for a program whose hyperparameters have the manifest's
// domains. The program must be one that ir.Verify accepts, with its buffers.
func NewJudge(p *ir.Program, hypers []abi.Hyper) *Judge {
	first, rest := battery(p, hypers)
	return &Judge{p: p, hypers: hypers, first: trials(first), rest: trials(rest)}
}

// Kill runs a mutant beside the original until a bit of θ or of a state
// differs, and reports where, or that no run tells them apart. The runs are the
// quick ones of the battery, and of the others as many rounds as are given, from
// 0 to Rounds; each round has all sorts of runs.
func (j *Judge) Kill(m *Mutant, rounds int) (Case, bool) {
	if c, killed := j.try(m, j.first); killed {
		return c, true
	}
	return j.try(m, j.rest[:len(j.rest)*rounds/Rounds])
}

// killByTies tries the runs in which the two sides of a comparison are equal:
// of one of the original's, or of the mutant's. They are dear to find.
func (j *Judge) killByTies(m *Mutant) (Case, bool) {
	if !j.tied {
		j.ties, j.tied = trials(ties(j.p, nil, j.hypers, 1)), true
	}
	if c, killed := j.try(m, j.ties); killed {
		return c, true
	}
	return j.try(m, trials(ties(m.Program, j.p, j.hypers, 8)))
}

func trials(runs []*Run) []*trial {
	all := make([]*trial, len(runs))
	for i, r := range runs {
		all[i] = &trial{Run: r}
	}
	return all
}

func (j *Judge) try(m *Mutant, trials []*trial) (Case, bool) {
	for _, t := range trials {
		if c, killed := t.kill(j.p, m.Program); killed {
			return c, true
		}
	}
	return Case{}, false
}

func (t *trial) kill(p, q *ir.Program) (Case, bool) {
	if t.Wide {
		return kill[float64](t, p, q, func(k abi.Kernel) func(*abi.Update[float64]) { return k.F64 })
	}
	return kill[float32](t, p, q, func(k abi.Kernel) func(*abi.Update[float32]) { return k.F32 })
}

func kill[T abi.Float](t *trial, p, q *ir.Program, kernel func(abi.Kernel) func(*abi.Update[T])) (Case, bool) {
	if t.original == nil {
		original := newPlayer(t.Run, p, kernel(eval.Kernel(p)))
		for step := range t.Grads {
			original.step(step)
			t.original = append(t.original, original.rows(p))
		}
	}
	mutant := newPlayer(t.Run, q, kernel(eval.Kernel(q)))
	for step := range t.Grads {
		mutant.step(step)
		if c, differ := t.compare(step, p, mutant.rows(p)); differ {
			return c, true
		}
	}
	return Case{}, false
}

func (t *trial) compare(step int, p *ir.Program, rows [][]float64) (Case, bool) {
	for k, row := range rows {
		for i, x := range row {
			if y := t.original[step][k][i]; !Same(x, y) {
				return Case{Run: t.Name, Step: step + 1, What: rowName(p, k), Element: i, Original: y, Mutant: x}, true
			}
		}
	}
	return Case{}, false
}

// player steps a kernel through a run.
type player[T abi.Float] struct {
	run    *Run
	p      *ir.Program
	kernel func(*abi.Update[T])
	u      abi.Update[T]
}

func newPlayer[T abi.Float](r *Run, p *ir.Program, kernel func(*abi.Update[T])) *player[T] {
	pl := &player[T]{run: r, p: p, kernel: kernel}
	pl.u.Theta = convert[T](r.Theta)
	for _, s := range p.States {
		for range s.Buffers {
			pl.u.State = append(pl.u.State, make([]T, len(r.Theta)))
		}
	}
	return pl
}

func convert[T abi.Float](xs []float64) []T {
	out := make([]T, len(xs))
	for i, x := range xs {
		out[i] = T(x)
	}
	return out
}

func (pl *player[T]) step(i int) {
	pl.u.T, pl.u.Hyper, pl.u.Grad = int64(i+1), pl.run.Hypers[i], convert[T](pl.run.Grads[i])
	pl.kernel(&pl.u)
}

// rows are θ and the states that a program has, each state's newest value
// first; of a state with more buffers, as many as that program has.
func (pl *player[T]) rows(of *ir.Program) [][]float64 {
	rows := [][]float64{widen(pl.u.Theta)}
	first := 0
	for s, state := range pl.p.States {
		for k := range of.States[s].Buffers {
			n := int64(state.Buffers)
			rows = append(rows, widen(pl.u.State[first+int((pl.u.T-int64(k)+n*maxLag)%n)]))
		}
		first += state.Buffers
	}
	return rows
}

func widen[T abi.Float](xs []T) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = float64(x)
	}
	return out
}

// rowName names a row: "theta", or a state as the next step reads it.
func rowName(p *ir.Program, row int) string {
	if row == 0 {
		return "theta"
	}
	for s, state := range p.States {
		if row <= state.Buffers {
			return past(p, s, row)
		}
		row -= state.Buffers
	}
	return "state"
}
