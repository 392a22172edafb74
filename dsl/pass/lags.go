package pass

import "github.com/optc-lang/optc/dsl/ir"

// Lags gives each state as many buffers as the greatest lag with which it is
// read. The value of step s lies in buffer s mod Buffers, so that the new value
// takes the place of the oldest, which no later step reads.
func Lags(p *ir.Program) {
	for i := range p.States {
		p.States[i].Buffers = 0
	}
	for _, v := range p.Values {
		if v.Op == ir.Load {
			s := &p.States[v.Ref]
			s.Buffers = max(s.Buffers, v.Lag)
		}
	}
}
