package gogen

import (
	"fmt"
	"go/format"

	"github.com/optc-lang/optc/dsl/ir"
	"github.com/optc-lang/optc/registry/abi"
)

// Vectors is the Go source of a second file of a rule's package, with the
// kernels that compute on vectors: for builds with GOEXPERIMENT=simd for amd64.
// Those that the processor can run become Rule.Vectors. It is nil for a rule
// none of whose variants has vector code.
func Vectors(m *abi.Manifest, programs []*ir.Program) ([]byte, error) {
	lists, functions := &writer{}, &writer{}
	for _, v := range widths {
		v.write(lists, functions, m, programs)
	}
	if lists.Len() == 0 {
		return nil, nil
	}
	body := fmt.Sprintf("func init() {\n%s}\n\n%s", lists, functions)
	w := &writer{}
	w.generated("simd")
	w.printf("//go:build goexperiment.simd && amd64\n\npackage %s\n\n", PackageName(m.Name))
	w.imports(body, "math", "simd/archsimd", "", "dsl/num", "dsl/num/vec", "registry/abi")
	w.WriteString(body)
	out, err := format.Source([]byte(w.String()))
	if err != nil {
		return nil, fmt.Errorf("the generated vector code of %s does not parse: %w", m.Name, err)
	}
	return out, nil
}

// write writes the kernels of one width, their list and their functions, where
// some variant has one.
func (v *width) write(lists, functions *writer, m *abi.Manifest, programs []*ir.Program) {
	names, owners := kernelNames(m, programs)
	list := &writer{}
	some := false
	for i, p := range programs {
		if lacks := v.lacks(p); lacks != "" {
			list.printf("{}, // %s\n", lacks)
			continue
		}
		some = true
		f32, f64 := names[i]+v.f32.name(), names[i]+v.f64.name()
		list.kernel(f32, f64, p)
		if owners[i] {
			newVectorKernel(functions, p, v.f32, f32).emit(f32, "")
			newVectorKernel(functions, p, v.f64, f64).emit(f64, "")
		}
	}
	if some {
		lists.printf("if vec.Runs(%d) {\n", v.bits)
		lists.printf("Rule.Vectors = append(Rule.Vectors, abi.Vectors{Bits: %d, Kernels: []abi.Kernel{\n%s}})\n}\n", v.bits, list)
	}
}

func newVectorKernel(w *writer, p *ir.Program, v *vector, name string) *kernel {
	k := newKernel(w, p)
	k.dtype, k.vector = v.dtype, v
	k.scope.reserve(reservedInVectors)
	k.loops = newLoops(name, k.scope)
	return k
}
