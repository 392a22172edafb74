package abi_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
)

// part is a piece of an arena, in bytes from its start.
type part struct{ from, to int }

// parts are all pieces that an arena gives out; those of tensors come last, a
// region after the other.
func parts[T abi.Float](a *abi.Arena, mem []byte) (head, tensors []part) {
	l := a.Layout()
	for g := range l.Groups {
		head = append(head, place(mem, a.Hypers(g)))
	}
	head = append(head, place(mem, a.Steps()))
	views := []func(int) []T{
		func(i int) []T { return abi.Theta[T](a, i) },
		func(i int) []T { return abi.Grad[T](a, i) },
	}
	for b := range l.Buffers {
		views = append(views, func(i int) []T { return abi.State[T](a, b, i) })
	}
	for _, view := range views {
		for i := range l.Lens {
			tensors = append(tensors, place(mem, view(i)))
		}
	}
	return head, tensors
}

func place[T any](mem []byte, view []T) part {
	from := int(uintptr(unsafe.Pointer(unsafe.SliceData(view))) - uintptr(unsafe.Pointer(&mem[0])))
	return part{from, from + len(view)*int(unsafe.Sizeof(*new(T)))}
}

func TestPartsAreDisjointAndAligned(t *testing.T) {
	lens, group := []int{1, 1000, 7, 16, 333}, []int{0, 2, 1, 0, 2}
	for variant := range manifest().Variants {
		l := layout(t, variant, abi.F32, lens, group)
		mem := memory(l.Size())
		a, err := abi.NewArena(l, mem)
		require.NoError(t, err)
		checkParts(t, mem, len(lens), parts[float32])(a)
		l = layout(t, variant, abi.F64, lens, group)
		mem = memory(l.Size())
		a, err = abi.NewArena(l, mem)
		require.NoError(t, err)
		checkParts(t, mem, len(lens), parts[float64])(a)
	}
}

func checkParts(t *testing.T, mem []byte, count int, find func(*abi.Arena, []byte) (head, tensors []part)) func(*abi.Arena) {
	return func(a *abi.Arena) {
		t.Helper()
		head, tensors := find(a, mem)
		end := 64
		for _, p := range append(head, tensors...) {
			require.LessOrEqual(t, end, p.from, "parts come one after another")
			end = p.to
		}
		require.LessOrEqual(t, end, len(mem))
		starts := map[int]bool{}
		for i, p := range tensors {
			require.Zero(t, p.from%64, "tensors are aligned")
			if i%count == 0 {
				starts[p.from%4096] = true
			}
		}
		require.Len(t, starts, 2+a.Layout().Buffers, "regions start at different places of a page")
	}
}

// TestRegionsAreStaggered to the limit: 64 regions, each at another line of a
// page.
func TestRegionsAreStaggered(t *testing.T) {
	l := layout(t, 0, abi.F32, []int{1024}, []int{0})
	l.Buffers = 62
	mem := memory(l.Size())
	a, err := abi.NewArena(l, mem)
	require.NoError(t, err)
	checkParts(t, mem, 1, parts[float32])(a)
}

// TestDocumentedOffsets computes some by hand, as another language would.
func TestDocumentedOffsets(t *testing.T) {
	l := layout(t, 0, abi.F32, []int{3, 20, 0, 2}, []int{0, 1, 1, 0})
	mem := memory(l.Size())
	a, err := abi.NewArena(l, mem)
	require.NoError(t, err)
	assert.Equal(t, part{64 + 16, 64 + 32}, place(mem, a.Hypers(1)))
	assert.Equal(t, part{96, 128}, place(mem, a.Steps()))
	assert.Equal(t, part{4096 + 64, 4096 + 144}, place(mem, abi.Theta[float32](a, 1)))
	const d = 4096 + 4096 + 320
	assert.Equal(t, part{4096 + d + 192, 4096 + d + 200}, place(mem, abi.Grad[float32](a, 3)))
	assert.Equal(t, part{4096 + 5*d, 4096 + 5*d + 12}, place(mem, abi.State[float32](a, 3, 0)))
	assert.Equal(t, 4096+13*4096, l.Size(), "6 regions of 8512 bytes, in whole pages")
}

func TestEmptyLayouts(t *testing.T) {
	for _, lens := range [][]int{nil, {0}, {0, 0, 0}, {0, 5, 0}} {
		a, err := abi.AllocArena(layout(t, 0, abi.F64, lens, make([]int, len(lens))))
		require.NoError(t, err)
		assert.Len(t, a.Steps(), len(lens))
		for i, n := range lens {
			assert.Len(t, abi.Theta[float64](a, i), n)
			assert.Len(t, abi.State[float64](a, 3, i), n)
		}
	}
}

func TestNewLayoutCopiesItsArguments(t *testing.T) {
	lens := []int{1, 2}
	l := layout(t, 0, abi.F32, lens, []int{0, 0})
	lens[0] = 99
	assert.Equal(t, []int{1, 2}, l.Lens)
}

func TestNewLayoutErrors(t *testing.T) {
	tests := []struct {
		variant     int
		d           abi.DType
		lens, group []int
		want        string
	}{
		{6, abi.F32, nil, nil, "amsgrad has no variant 6; it has 6"},
		{-1, abi.F32, nil, nil, "amsgrad has no variant -1; it has 6"},
		{0, "f16", nil, nil, `"f16" is no dtype; it is f32 or f64`},
		{0, abi.F32, []int{1, 2}, []int{0}, "the layout has 2 tensors, but names the group of 1"},
		{0, abi.F32, []int{1, -2}, []int{0, 0}, "tensor 1 has -2 elements"},
		{0, abi.F32, []int{math.MaxInt}, []int{0}, "tensor 0 has 9223372036854775807 elements"},
		{0, abi.F32, []int{1}, []int{-1}, "tensor 0 is in group -1; the layout has 1 groups, counted from 0"},
		{0, abi.F32, []int{1}, []int{math.MaxInt}, "tensor 0 is in group 9223372036854775807"},
	}
	for _, test := range tests {
		l, err := abi.NewLayout(manifest(), test.variant, test.d, test.lens, test.group)
		require.ErrorContains(t, err, test.want)
		assert.Nil(t, l)
	}
}

// TestHostileLayouts come as JSON, where NewLayout has no say.
func TestHostileLayouts(t *testing.T) {
	tests := map[string]string{
		`{}`:                                         "the layout has protocol 0, this program has 1; compile the plugin again",
		`{"protocol":1}`:                             `"" is no dtype`,
		head + `,"groups":0}`:                        "0 tensors in 0 groups",
		head + `,"groups":99999999}`:                 "0 tensors in 99999999 groups; at most 16777216 of each",
		head + `,"groups":1,"hypers":-1}`:            "-1 hyperparameters and 0 buffers",
		head + `,"groups":1,"buffers":40000}`:        "0 hyperparameters and 40000 buffers",
		head + `,"groups":1,"lens":[5]}`:             "1 tensors, but names the group of 0",
		head + `,"groups":1,"lens":[5],"group":[1]}`: "tensor 0 is in group 1",
		head + `,"groups":1,"lens":[35184372088833],"group":[0]}`:                "tensor 0 has 35184372088833 elements",
		head + `,"groups":1,"lens":[4398046511104,4398046511105],"group":[0,0]}`: "tensor 1 has 4398046511105 elements",
		head + `,"groups":1,"lens":[1,-1],"group":[0,0]}`:                        "tensor 1 has -1 elements",
		head + `,"groups":1,"digest":"sha256:00","hypers":2,"buffers":4}`:        "the layout is for the rule with digest sha256:00",
	}
	rule := &abi.Rule{Manifest: *manifest()}
	for text, want := range tests {
		l := new(abi.Layout)
		require.NoError(t, json.Unmarshal([]byte(text), l), text)
		assert.ErrorContains(t, rule.Fits(l), want, text)
		_, err := abi.AllocArena(l)
		if want != "the layout is for the rule with digest sha256:00" {
			assert.ErrorContains(t, err, want, text)
		}
	}
}

const head = `{"protocol":1,"dtype":"f32"`

func TestLayoutJSON(t *testing.T) {
	l := layout(t, 1, abi.F64, []int{3, 4}, []int{0, 1})
	text, err := json.Marshal(l)
	require.NoError(t, err)
	got := new(abi.Layout)
	require.NoError(t, json.Unmarshal(text, got))
	assert.Equal(t, l, got)
}

// FuzzLayout: whatever JSON says, a layout is refused or its arena works.
func FuzzLayout(f *testing.F) {
	f.Add([]byte(head + `,"groups":2,"hypers":2,"buffers":1,"lens":[5,0,70],"group":[1,0,1]}`))
	f.Add([]byte(head + `,"groups":1,"lens":[99999999999999],"group":[0]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		l := new(abi.Layout)
		if json.Unmarshal(text, l) != nil || l.DType != abi.F32 {
			return
		}
		_, err := abi.OpenArena(l, nil)
		require.Error(t, err)
		if !strings.HasPrefix(err.Error(), "the shared memory has 0 bytes") {
			return
		}
		require.Positive(t, l.Size())
		if l.Size() > 1<<24 {
			return
		}
		a, err := abi.AllocArena(l)
		require.NoError(t, err)
		for i, n := range l.Lens {
			require.Len(t, abi.Grad[float32](a, i), n)
			require.Len(t, a.Hypers(l.Group[i]), l.Hypers)
		}
	})
}

// BenchmarkArena maps 100 thousand tensors, which is to be linear.
func BenchmarkArena(b *testing.B) {
	l := layout(b, 0, abi.F32, make([]int, 100_000), make([]int, 100_000))
	mem := memory(l.Size())
	for b.Loop() {
		_, err := abi.NewArena(l, mem)
		require.NoError(b, err)
	}
}
