package gogen

import (
	"fmt"

	"github.com/optc-lang/optc/dsl/ir"
)

// tensors names θ, g and the buffers, all of one length so that the loops need
// no bounds checks.
func (k *kernel) tensors() {
	k.theta = k.scope.fresh("theta")
	k.printf("%s := u.Theta\n", k.theta)
	used := k.usedTensors()
	if used.grad {
		k.grad = k.scope.fresh("g")
		k.printf("%s := u.Grad[:len(%s)]\n", k.grad, k.theta)
	}
	first := 0
	for s, state := range k.p.States {
		for lag := 1; lag <= state.Buffers; lag++ {
			if used.lags[buffer{s, lag}] {
				k.buffer(s, lag, first)
			}
		}
		first += state.Buffers
	}
}

// buffer names the buffer with the value of lag steps ago; the oldest is where
// the new value goes.
func (k *kernel) buffer(s, lag, first int) {
	state := k.p.States[s]
	name := k.scope.fresh(fmt.Sprintf("%sLag%d", state.Name, lag))
	k.buffers[buffer{s, lag}] = name
	note := fmt.Sprintf("%s[t-%d]", state.Name, lag)
	if lag == state.Buffers {
		note += fmt.Sprintf(", and %s[t] in its place", state.Name)
	}
	k.printf("%s := u.State[%s][:len(%s)] // %s\n", name, bufferIndex(first, state.Buffers, lag), k.theta, note)
}

// bufferIndex is the Go expression of the buffer with the value of lag steps
// ago, for a slot whose buffers begin at first: first + (t - lag) mod n.
func bufferIndex(first, n, lag int) string {
	if n == 1 {
		return fmt.Sprint(first)
	}
	step := "u.T"
	if lag < n {
		step = fmt.Sprintf("(u.T+%d)", n-lag)
	}
	if first == 0 {
		return fmt.Sprintf("%s%%%d", step, n)
	}
	return fmt.Sprintf("%d+%s%%%d", first, step, n)
}

type tensorUse struct {
	grad bool
	lags map[buffer]bool
}

// usedTensors tells which tensors a step reads or writes.
func (k *kernel) usedTensors() tensorUse {
	use := tensorUse{lags: map[buffer]bool{}}
	for i := range k.p.Values {
		switch v := &k.p.Values[i]; {
		case !k.live[i]:
			continue
		case v.Op == ir.Grad:
			use.grad = true
		case v.Op == ir.Load:
			use.lags[buffer{v.Ref, v.Lag}] = true
		}
	}
	for _, s := range k.p.Stores {
		if s.State != ir.Theta {
			use.lags[buffer{s.State, k.p.States[s.State].Buffers}] = true
		}
	}
	for i, s := range k.p.States {
		for lag := 1; lag <= s.Buffers && !k.zero(s.Init); lag++ {
			use.lags[buffer{i, lag}] = true
		}
	}
	return use
}

func (k *kernel) zero(id ir.ID) bool {
	v := &k.p.Values[id]
	return v.Op == ir.Const && number0(v.Text)
}
