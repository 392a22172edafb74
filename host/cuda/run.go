package cuda

import (
	"cmp"
	"fmt"
	"os"
	"unsafe"

	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/registry/abi"
)

// threads of a block, for which the kernels are compiled.
const threads = 256

// run steps one arena.
type run struct {
	gpu     *driver.Context
	stream  *driver.Stream
	kernels []kernel
	arena   *abi.Arena
	plan    *plan
	direct  bool // without graphs

	memory   memory
	control  []byte // hyperparameters and instants, as they are copied for each step; pinned
	used     int    // bytes of it
	argument argument
	graphs   [2]*driver.Graph // of the plan's steps, by journey; nil where none was captured
}

// kernel is one of a step's kernels.
type kernel struct {
	name     string
	function driver.Function
	blocks   int // that the device runs at the same time
}

// journey is whether a step copies θ and g.
type journey int

const (
	resident   journey = iota // they are in the device's memory
	travelling                // they are in the arena
)

func newRun(gpu *driver.Context, a *abi.Arena) *run {
	return &run{gpu: gpu, arena: a, plan: newPlan(a)}
}

// make makes what the run has on the device. Where it fails, the run is to be
// freed.
func (r *run) make(m *driver.Module, launch *abi.Launch) (err error) {
	if err := r.findKernels(m, launch); err != nil {
		return err
	}
	if r.stream, err = r.gpu.NewStream(); err != nil {
		return err
	}
	if err := r.memory.alloc(r.gpu, launch, r.arena); err != nil {
		return err
	}
	r.control = pages(controlBytes(r.arena.Layout()), 0)
	for _, host := range [][]byte{r.control, r.memory.host} {
		if err := r.memory.pin(r.gpu, host); err != nil {
			return err
		}
	}
	return r.push()
}

func (r *run) findKernels(m *driver.Module, launch *abi.Launch) error {
	for _, name := range launch.Kernels {
		f, err := m.Function(fmt.Sprintf("%s_%s_%s", launch.Name, name, r.arena.Layout().DType))
		if err != nil {
			return fmt.Errorf("its kernel %s is not there: %w", name, err)
		}
		blocks, err := r.gpu.Blocks(f, threads)
		if err != nil {
			return err
		}
		r.kernels = append(r.kernels, kernel{name, f, max(blocks, 1)})
	}
	return nil
}

// free frees what the run has on the device.
func (r *run) free() error {
	var all []error
	if r.stream != nil {
		all = append(all, r.stream.Wait(), r.dropGraphs(), r.stream.Close())
	}
	return cmp.Or(append(all, r.memory.free(r.gpu))...)
}

// travel steps tensors that are in the arena.
func (r *run) travel() error {
	if err := r.step(travelling); err != nil {
		return err
	}
	return r.stream.Wait()
}

// stay begins a step of tensors that are in the device's memory.
func (r *run) stay() error { return r.step(resident) }

func (r *run) wait() error { return r.stream.Wait() }

// step begins the step that the arena asks for.
func (r *run) step(j journey) error {
	changed := r.plan.next(r.arena.Steps())
	if len(r.plan.parts) == 0 {
		return nil
	}
	if err := r.stream.Wait(); err != nil { // control belongs to the step before until then
		return err
	}
	r.fillControl()
	if changed {
		if err := r.change(); err != nil {
			return err
		}
	}
	if changed || r.plan.first || r.direct {
		return r.enqueue(j)
	}
	if r.graphs[j] == nil {
		var err error
		if r.graphs[j], err = r.stream.Capture(func() error { return r.enqueue(j) }); err != nil {
			return err
		}
	}
	return r.graphs[j].Launch(r.stream)
}

// fillControl writes what a step of the same plan needs anew.
func (r *run) fillControl() {
	at := 0
	for g := range r.arena.Layout().Groups {
		at += copy(r.control[at:], bytesOf(r.arena.Hypers(g)))
	}
	r.used = at + copy(r.control[at:], bytesOf(r.plan.instants))
}

// change takes a new plan to the device.
func (r *run) change() error {
	r.argument = r.memory.argument(r.arena.Layout(), r.plan)
	return cmp.Or(r.dropGraphs(), r.stream.CopyIn(r.memory.parts, bytesOf(r.plan.parts)))
}

func (r *run) dropGraphs() error {
	var all []error
	for j, g := range r.graphs {
		if g != nil {
			all = append(all, g.Close())
			r.graphs[j] = nil
		}
	}
	return cmp.Or(all...)
}

// enqueue gives the stream all that a step does.
func (r *run) enqueue(j journey) error {
	if err := r.stream.CopyIn(r.memory.control, r.control[:r.used]); err != nil {
		return err
	}
	if j == travelling {
		for _, region := range []int{0, 1} {
			if err := r.eachSpan(region, r.stream.CopyIn); err != nil {
				return err
			}
		}
	}
	for _, k := range r.kernels {
		if err := r.launch(k); err != nil {
			return fmt.Errorf("launching its kernel %s: %w", k.name, err)
		}
	}
	if j == resident {
		return nil
	}
	return r.eachSpan(0, func(at driver.Pointer, host []byte) error { return r.stream.CopyOut(host, at) })
}

// launch launches one kernel, where the step needs it.
func (r *run) launch(k kernel) error {
	grid := len(r.plan.parts)
	switch k.name {
	case "begin":
		if !r.plan.first {
			return nil
		}
	case "prepare":
		grid = (len(r.plan.instants) + threads - 1) / threads
	}
	return r.stream.Launch(k.function, min(grid, k.blocks), threads, r.argument.bytes())
}

// eachSpan calls f with the places, on the device and in the arena, of what a
// step steps of a region.
func (r *run) eachSpan(region int, f func(driver.Pointer, []byte) error) error {
	start := region * r.arena.Stride()
	for _, s := range r.plan.spans {
		if err := f(r.memory.regions+driver.Pointer(start+s.from), r.memory.host[start+s.from:start+s.to]); err != nil {
			return err
		}
	}
	return nil
}

// at is the address of a tensor in a region.
func (r *run) at(region, tensor int) driver.Pointer {
	return r.memory.regions + driver.Pointer(region*r.arena.Stride()+r.arena.Offset(tensor))
}

// pull copies the states to the arena.
func (r *run) pull() error {
	if len(r.memory.states) == 0 {
		return nil
	}
	return cmp.Or(r.stream.CopyOut(r.memory.states, r.memory.regions+driver.Pointer(len(r.memory.host))), r.stream.Wait())
}

// push copies the states from the arena.
func (r *run) push() error {
	if len(r.memory.states) == 0 {
		return nil
	}
	return cmp.Or(r.stream.CopyIn(r.memory.regions+driver.Pointer(len(r.memory.host)), r.memory.states), r.stream.Wait())
}

// pages is memory of a number of bytes whose pages hold nothing else, and in which
// a page begins at an index. A system pins whole pages, and CUDA copies no memory
// of which only a part is pinned.
func pages(bytes, index int) []byte {
	page := os.Getpagesize()
	memory := make([]byte, bytes+3*page)
	start := int(uintptr(unsafe.Pointer(unsafe.SliceData(memory))))
	skip := page + -(start+index)&(page-1)
	return memory[skip : skip+bytes : skip+bytes]
}

// bytesOf is the memory of some values.
func bytesOf[T any](values []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values))), len(values)*int(unsafe.Sizeof(*new(T))))
}
