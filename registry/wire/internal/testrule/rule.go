// Package testrule is a hand-written rule for the tests of the wire: SGD with
// momentum, with a hyperparameter that springs a trap in the kernel.
package testrule

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/optc-lang/optc/registry/abi"
)

// Values of the hyperparameter trap.
const (
	None  = iota
	Panic // the kernel panics when it has done half of its work
	Exit  // the process exits with status 7
	Crash // the process dies of a panic in another goroutine, with a long stack
	Block // the kernel writes "blocked" to standard error, and never returns
	Fault // the kernel writes where it may only read
	Meet  // the kernels of two tensors wait for each other in the middle; alone, one panics after ten seconds
)

// Rule has two variants: momentum, and plain SGD, which has no state.
var Rule = &abi.Rule{
	Manifest: abi.Manifest{
		Name: "testsgd", Title: "SGD with momentum", Version: "1.2.3", Protocol: abi.Protocol, Class: "exact",
		Hypers: []abi.Hyper{
			{Name: "lr", Default: 0.1, Domain: abi.Domain{Lo: 0, Hi: 10, LoOpen: true}},
			{Name: "mu", Default: 0.9, Domain: abi.Domain{Lo: 0, Hi: 1, HiOpen: true}},
			{Name: "trap", Default: None, Domain: abi.Domain{Lo: None, Hi: Meet}},
		},
		Options: []abi.Option{{Name: "momentum", Choices: []string{"on", "off"}}},
		Variants: []abi.Variant{
			{Choices: []string{"on"}, Class: "exact", Slots: []abi.Slot{{Name: "m", Buffers: 1}}, Values: 5},
			{Choices: []string{"off"}, Class: "exact", Values: 3},
		},
		Digest:   "sha256:" + strings.Repeat("0123456789abcdef", 4),
		Compiler: "test", Targets: []string{"go"}, Numbers: []string{"f32", "f64"},
	},
	Source: "optimizer testsgd",
	Kernels: []abi.Kernel{
		{F32: momentum[float32], F64: momentum[float64]},
		{F32: plain[float32], F64: plain[float64]},
	},
}

// momentum is m = mu m + g, theta = theta - lr m / t.
func momentum[T abi.Float](u *abi.Update[T]) {
	rate, mu, m := T(u.Hyper[0]/float64(u.T)), T(u.Hyper[1]), u.State[0]
	for i, g := range u.Grad {
		if i == len(u.Grad)/2 {
			spring(int(u.Hyper[2]))
		}
		m[i] = T(mu*m[i]) + g
		u.Theta[i] -= T(rate * m[i])
	}
}

// plain is theta = theta - lr g / t.
func plain[T abi.Float](u *abi.Update[T]) {
	rate := T(u.Hyper[0] / float64(u.T))
	for i, g := range u.Grad {
		u.Theta[i] -= T(rate * g)
	}
}

func spring(trap int) {
	switch trap {
	case Panic:
		panic(fmt.Sprintf("trap %d", trap))
	case Exit:
		fmt.Fprintln(os.Stderr, "leaving early")
		os.Exit(7)
	case Crash:
		go lose(30)
		select {}
	case Block:
		fmt.Fprintln(os.Stderr, "blocked")
		select {}
	case Fault:
		fault()
	case Meet:
		meet()
	}
}

var came atomic.Int32

func meet() {
	came.Add(1)
	for begun := time.Now(); came.Load() < 2; time.Sleep(time.Millisecond) {
		if time.Since(begun) > 10*time.Second {
			panic("nobody came")
		}
	}
}

func lose(depth int) {
	if depth == 0 {
		panic("all is lost")
	}
	lose(depth - 1)
}
