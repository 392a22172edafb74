package gogen

import (
	"fmt"
	"go/format"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Vectors is the Go source of a second file of a rule's package, with the
// kernels that compute on vectors: for builds with GOEXPERIMENT=simd for amd64.
// Where the processor can run them, they become Rule.Vector. It is nil for a
// rule none of whose variants has vector code.
func Vectors(m *abi.Manifest, programs []*ir.Program) ([]byte, error) {
	names, owners := kernelNames(m, programs)
	kernels, list := &writer{}, &writer{}
	some := false
	for i, p := range programs {
		if !newPlan(p).vectorizes() {
			list.printf("{}, // exp, log, pow or random numbers\n")
			continue
		}
		some = true
		list.kernel(names[i]+vectors[0].name, names[i]+vectors[1].name, p)
		for _, v := range vectors {
			if owners[i] {
				newVectorKernel(kernels, p, v).emit(names[i]+v.name, "")
			}
		}
	}
	if !some {
		return nil, nil
	}
	body := &writer{}
	body.printf("func init() {\nif vec.Usable() {\nRule.Vector = []abi.Kernel{\n%s}\n}\n}\n\n%s", list, kernels)
	w := &writer{}
	w.generated("simd")
	w.printf("//go:build goexperiment.simd && amd64\n\npackage %s\n\n", PackageName(m.Name))
	w.imports(body.String(), "math", "simd/archsimd", "", "dsl/num", "dsl/num/vec", "registry/abi")
	w.WriteString(body.String())
	out, err := format.Source([]byte(w.String()))
	if err != nil {
		return nil, fmt.Errorf("the generated vector code of %s does not parse: %w", m.Name, err)
	}
	return out, nil
}

func newVectorKernel(w *writer, p *ir.Program, v *vector) *kernel {
	k := newKernel(w, p)
	k.dtype, k.vector = v.dtype, v
	k.scope.reserve(reservedInVectors)
	return k
}
