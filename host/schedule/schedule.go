// Package schedule has the usual ways in which a hyperparameter changes from
// step to step, and reads them from text.
//
// A schedule gives a factor for each step, 0-based; the hyperparameter is the
// value that was set, times this factor. The text is a name and its arguments:
//
//	constant                                  1
//	step(every=30, factor=0.1)                factor^⌊s/every⌋
//	linear(total=1000, to=0)                  1 + (to - 1)·s/total, and to from step total on
//	cosine(total=1000, min=0.01)              min + (1 - min)·(1 + cos(π·s/total))/2, and min from step total on
//
// The cosine is that of Loshchilov and Hutter, "SGDR", ICLR 2017, equation 5,
// without restarts. Each schedule takes warmup=n as well: the first n steps
// have the factors 1/n, 2/n, …, 1, each times what the schedule begins with, and
// s counts from there; total includes the warm-up.
package schedule

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/optc-lang/optc/dsl/num"
)

// Func is a schedule written in Go.
type Func func(step int) float64

// At is the factor at a step, 0-based.
func (f Func) At(step int) float64 { return f(step) }

// Schedule is a schedule of this package.
type Schedule struct {
	kind   *kind
	args   []float64 // one for each parameter of the kind
	warmup int       // steps
}

// kind is one family of schedules.
type kind struct {
	name   string
	params []param
	at     func(s *Schedule, step int) float64 // step counts from the end of the warm-up
}

// param is one argument of a kind. An argument that counts steps is whole, and
// one without a default must be given.
type param struct {
	name     string
	whole    bool
	required bool
	value    float64 // the default
}

// The names of arguments that more than one place knows.
const (
	warmup = "warmup"
	total  = "total"
)

var kinds = []*kind{
	{"constant", nil, constant},
	{"step", []param{{name: "every", whole: true, required: true}, {name: "factor", value: 0.1}}, step},
	{"linear", []param{{name: total, whole: true, required: true}, {name: "to"}}, linear},
	{"cosine", []param{{name: total, whole: true, required: true}, {name: "min"}}, cosine},
}

func constant(*Schedule, int) float64 { return 1 }

func step(s *Schedule, step int) float64 {
	every, factor := s.args[0], s.args[1]
	return num.PowInt(factor, math.Floor(float64(step)/every))
}

func linear(s *Schedule, step int) float64 {
	to := s.args[1]
	return 1 + float64((to-1)*s.progress(step))
}

func cosine(s *Schedule, step int) float64 {
	least, part := s.args[1], (1+math.Cos(math.Pi*s.progress(step)))/2
	return float64(least*(1-part)) + part
}

// progress is the part of the steps after the warm-up that are done, at most 1.
// The number of all steps is the first argument.
func (s *Schedule) progress(step int) float64 {
	return min(1, float64(step)/(s.args[0]-float64(s.warmup)))
}

// At is the factor at a step, 0-based. A negative step counts as 0.
func (s *Schedule) At(step int) float64 {
	step = max(step, 0)
	if step < s.warmup {
		return float64(step+1) / float64(s.warmup) * s.kind.at(s, 0)
	}
	return s.kind.at(s, step-s.warmup)
}

// String is the schedule's text, which Parse reads.
func (s *Schedule) String() string {
	var args []string
	for i, p := range s.kind.params {
		args = append(args, p.name+"="+strconv.FormatFloat(s.args[i], 'g', -1, 64))
	}
	if s.warmup > 0 {
		args = append(args, fmt.Sprintf("%s=%d", warmup, s.warmup))
	}
	if len(args) == 0 {
		return s.kind.name
	}
	return s.kind.name + "(" + strings.Join(args, ", ") + ")"
}
