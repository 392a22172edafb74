package problem

import (
	"math"
	"math/rand/v2"
)

// Init makes initial parameters: biases are 0, weights uniform on
// (-sqrt(6/n), sqrt(6/n)) for n inputs a unit, whose variance is 2/n (He et al.,
// "Delving Deep into Rectifiers", ICCV 2015, equation 10). The draws come from
// PCG-DXSM (math/rand/v2) by exact or single IEEE operations, so that a seed gives
// the same bits on every machine.
func (p *Problem) Init(seed uint64) [][]float32 {
	pcg := rand.NewPCG(seed, streamInit)
	var values [][]float32
	for _, l := range p.net {
		bound := math.Sqrt(6 / float64(l.fanIn))
		for _, param := range l.params {
			v := make([]float32, param.Len())
			if param.Decay {
				fillUniform(pcg, v, bound)
			}
			values = append(values, v)
		}
	}
	return values
}

// streamInit keeps these draws apart from others of the same seed.
const streamInit = 0x696e6974 << 32

// fillUniform draws from [-bound, bound).
func fillUniform(pcg *rand.PCG, v []float32, bound float64) {
	for i := range v {
		unit := float64(pcg.Uint64()>>11) / (1 << 53)
		v[i] = float32(bound * (2*unit - 1))
	}
}
