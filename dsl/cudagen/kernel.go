package cudagen

import (
	"slices"

	"github.com/optc-lang/optc/dsl/ir"
)

// kernel writes a function over all parts; body writes what it does with one. It
// is written first, since above it stand the structs that it reads.
func (u *unit) kernel(name, doc string, body func(f *function)) {
	u.line("\n// %s", doc)
	u.line("template <class T> OPTC_DEVICE void %s(const Run<T> &run) {", name)
	u.line("for (long long p = block(); p < run.parts && !run.stopped(); p += grid()) {")
	u.line("const Part at = run.part[p];")
	f, outer := u.newFunction(), u.writer
	u.writer = &writer{depth: outer.depth}
	body(f)
	text := u.String()
	u.writer = outer
	if f.reads["s"] {
		u.line("const Scalars s = static_cast<const Scalars *>(run.scalars)[at.instant];")
	}
	if f.reads["r"] {
		u.line("Reduced &r = static_cast<Reduced *>(run.reduced)[at.tensor];")
	}
	u.WriteString(text)
	u.line("}")
	u.line("}")
}

// begin writes the kernel that gives the states their values before a tensor's
// first step.
func (u *unit) begin() {
	u.kernel("begin", "begin gives the states of tensors whose first step this is their values before it.", func(f *function) {
		f.line("if (%s.t != 1) {", f.read("s"))
		f.line("continue;")
		f.line("}")
		used := u.used(u.inits(), true)
		at := f.pointers(used, nil)
		f.rounds(u.inits())
		f.packs(func() {
			for _, t := range used {
				f.line("const Pack<T> %s = load(%s + i, n);", f.tensors[t], at[t])
			}
			for s, state := range u.p.States {
				if state.Buffers > 0 {
					f.fill(s)
				}
			}
		})
	})
}

// fill writes how all buffers of a state get its initial value.
func (f *function) fill(s int) {
	state := f.p.States[s]
	name := f.scope.fresh(state.Name)
	f.line("Pack<T> %s; // state %s", name, state.Name)
	f.pack(func() {
		f.elements([]ir.ID{state.Init})
		f.line("%s[k] = T(%s);", name, f.ref(state.Init))
	})
	first := f.firstBuffer(s)
	f.line("for (int b = %d; b < %d; b++) {", first, first+state.Buffers)
	f.line("store(run.buffer(b) + at.first + i, n, %s);", name)
	f.line("}")
}

// packs writes the loop over a part's packs.
func (f *function) packs(body func()) {
	f.index, f.element = "k", "i + k"
	f.line("for (long long i = thread() * Pack<T>::size; i < at.length; i += threads() * Pack<T>::size) {")
	f.line("const long long n = at.length - i;")
	body()
	f.line("}")
}

// pack writes the loop over a pack's elements.
func (f *function) pack(body func()) {
	f.line("OPTC_UNROLL")
	f.line("for (int k = 0; k < Pack<T>::size; k++) {")
	body()
	f.line("}")
}

// step writes the kernel that computes and stores.
func (u *unit) step() {
	u.kernel("step", "step is one step.", func(f *function) {
		used := u.used(u.p.Stored(), true)
		var written []tensor
		for _, s := range u.p.Stores {
			written = append(written, u.target(s))
		}
		at := f.pointers(used, written)
		f.rounds(u.p.Stored())
		f.packs(func() { f.update(used, written, at) })
	})
}

// update writes one pack's step.
func (f *function) update(used, written []tensor, at map[tensor]string) {
	for _, t := range used {
		f.line("%sPack<T> %s = load(%s + i, n);", constant(t, written), f.tensors[t], at[t])
	}
	for _, t := range written {
		if !slices.Contains(used, t) {
			f.line("Pack<T> %s;", f.tensors[t])
		}
	}
	f.pack(func() {
		f.elements(f.p.Stored())
		for i, s := range f.p.Stores {
			f.line("%s[k] = %s;", f.tensors[written[i]], f.ref(s.Value))
		}
	})
	for _, t := range written {
		f.line("store(%s + i, n, %s);", at[t], f.tensors[t])
	}
}
