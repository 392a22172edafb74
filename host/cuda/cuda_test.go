package cuda_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/host/cuda/fakecuda"
	"github.com/optc-lang/optc/plugins/adapnm"
	"github.com/optc-lang/optc/plugins/lamb"
	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
)

// params are tensors of one part and of several, in two groups.
var params = []host.Param{
	{Name: "w", Shape: []int{3, 7000}}, {Name: "b", Shape: []int{5}, Group: "biases"}, {Name: "s"},
}

// optimizer is a run of an engine over params.
func optimizer(t testing.TB, e host.Engine) *host.Optimizer {
	t.Helper()
	o, err := host.New(e, params, host.Config{Set: map[string]float64{"lr": 0.05}, Groups: []host.Group{{Name: "biases", Set: map[string]float64{"lr": 0.01}}}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, o.Close()) })
	for i := range params {
		for j := range values(o.Theta(i).Data()) {
			values(o.Theta(i).Data())[j] = float32(i+1) - float32(j%11)/7
		}
	}
	return o
}

func values(data any) []float32 {
	if x, ok := data.(float32); ok { // a tensor of no dimensions
		return []float32{x}
	}
	return data.([]float32)
}

// train takes steps that are all different; some leave out a tensor.
func train(t testing.TB, o *host.Optimizer, from, to int) {
	t.Helper()
	for step := from; step < to; step++ {
		for i := range params {
			grad := o.Grad(i).Data()
			if _, scalar := grad.(float32); scalar {
				continue
			}
			for j := range values(grad) {
				values(grad)[j] = float32((j*7+step*13+i)%23)/10 - 1
			}
		}
		if step%4 == 3 {
			require.NoError(t, o.StepOnly(0, 2))
		} else {
			require.NoError(t, o.Step())
		}
	}
}

// saved is the file of tensors in a new checkpoint.
func saved(t testing.TB, o *host.Optimizer, dir string) []byte {
	t.Helper()
	require.NoError(t, o.Save(dir, nil))
	found, err := filepath.Glob(filepath.Join(dir, "step-*", "tensors.safetensors"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	file, err := os.ReadFile(found[len(found)-1])
	require.NoError(t, err)
	return file
}

// TestCheckpointsAreTheSame: a run on a GPU saves, in every byte, what a run on the
// processor does, and each goes on from the other's.
func TestCheckpointsAreTheSame(t *testing.T) {
	for _, rule := range []*abi.Rule{pnm.Rule, adapnm.Rule, lamb.Rule} {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			c := gpu(t, "")
			onGPU, inProcess := optimizer(t, engine(t, c, rule.Source)), optimizer(t, host.InProcess(rule))
			train(t, onGPU, 0, 9)
			train(t, inProcess, 0, 9)
			ofGPU, ofProcess := t.TempDir(), t.TempDir()
			assert.Equal(t, saved(t, inProcess, ofProcess), saved(t, onGPU, ofGPU))

			onGPU, inProcess = optimizer(t, engine(t, c, rule.Source)), optimizer(t, host.InProcess(rule))
			require.NoError(t, onGPU.Restore(ofProcess, nil))
			require.NoError(t, inProcess.Restore(ofGPU, nil))
			train(t, onGPU, 9, 14)
			train(t, inProcess, 9, 14)
			assert.Equal(t, saved(t, inProcess, t.TempDir()), saved(t, onGPU, t.TempDir()))
		})
	}
}

// attach attaches pnm on the stand-in to two tensors.
func attach(t testing.TB, e *cuda.Engine) *abi.Arena {
	t.Helper()
	l, err := abi.NewLayout(e.Manifest(), 0, abi.F32, []int{40_000, 3}, []int{0, 0})
	require.NoError(t, err)
	a, err := e.Attach(l)
	require.NoError(t, err)
	copy(a.Hypers(0), e.Manifest().Defaults())
	return a
}

// advance sets the arena's steps.
func advance(a *abi.Arena, t int64) {
	for i := range a.Steps() {
		a.Steps()[i] = t
	}
}

// TestWhatAStepCosts in launches and copied bytes.
func TestWhatAStepCosts(t *testing.T) {
	c := gpu(t, "")
	e := engine(t, c, pnm.Rule.Source)
	defer func() { require.NoError(t, e.Close()) }()
	a := attach(t, e)
	step := func(t *testing.T, n int64, do func() error) (launches, in, out int64) {
		before, err := fakecuda.Count(library)
		require.NoError(t, err)
		advance(a, n)
		require.NoError(t, do())
		require.NoError(t, e.Wait())
		after, err := fakecuda.Count(library)
		require.NoError(t, err)
		return after.Launches - before.Launches, after.CopiedIn - before.CopiedIn, after.CopiedOut - before.CopiedOut
	}
	launches, _, _ := step(t, 1, e.Step)
	assert.EqualValues(t, 3, launches, "prepare, begin, step")
	const control = 4*8 + 16 // hyperparameters, and one instant
	tensors := int64(a.Offset(1) + 3*4)
	for n := int64(2); n < 5; n++ {
		launches, in, out := step(t, n, e.Step)
		assert.EqualValues(t, 2, launches, "prepare, step")
		assert.EqualValues(t, 2*tensors+control, in, "θ and g")
		assert.Equal(t, tensors, out, "θ")
	}
	for n := int64(5); n < 8; n++ {
		launches, in, out := step(t, n, e.Launch)
		assert.EqualValues(t, 2, launches)
		assert.EqualValues(t, control, in)
		assert.Zero(t, out)
	}
}

// TestTensorsOnTheDevice: Launch steps what is at Theta and Grad.
func TestTensorsOnTheDevice(t *testing.T) {
	c := gpu(t, "")
	e := engine(t, c, "optimizer sub\nhyper lr = 1 in (0, inf)\ntheta[t+1] = theta - lr*g\n")
	a := attach(t, e)
	theta := []byte{0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64} // 2, 3, 4
	grad := []byte{0, 0, 128, 63, 0, 0, 128, 63, 0, 0, 0, 64} // 1, 1, 2
	out := make([]byte, len(theta))
	require.NoError(t, c.Do(func() error {
		s, err := c.NewStream()
		require.NoError(t, err)
		require.NoError(t, s.CopyIn(e.Theta(1), theta))
		require.NoError(t, s.CopyIn(e.Grad(1), grad))
		return s.Wait()
	}))
	a.Steps()[1] = 1
	require.NoError(t, e.Launch())
	require.NoError(t, e.Wait())
	require.NoError(t, c.Do(func() error {
		s, err := c.NewStream()
		require.NoError(t, err)
		require.NoError(t, s.CopyOut(out, e.Theta(1)))
		return s.Wait()
	}))
	assert.Equal(t, []byte{0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 64}, out) // 1, 2, 2
	require.NoError(t, e.Close())
}

func TestDevicesThatDoNotSuit(t *testing.T) {
	rule := compiled(t, pnm.Rule.Source)
	for words, want := range map[string]string{
		"arch=75":      "pnm has no kernels for",
		"arch=89":      "a device of compute capability 8.9; it has a cubin for 9.0",
		"memory=50000": "are free; end what else uses the GPU, or train a smaller model",
	} {
		t.Run(words, func(t *testing.T) {
			c := gpu(t, words)
			e, err := cuda.New(c, &rule.Manifest, kernels(t, rule))
			if err == nil {
				l, errOfLayout := abi.NewLayout(&rule.Manifest, 0, abi.F32, []int{40_000}, []int{0})
				require.NoError(t, errOfLayout)
				_, err = e.Attach(l)
				require.NoError(t, e.Close())
			}
			assert.ErrorContains(t, err, want)
		})
	}
}

func TestImagesThatDoNotLoad(t *testing.T) {
	c := gpu(t, "")
	rule := compiled(t, pnm.Rule.Source)
	code := kernels(t, rule)
	junk := abi.Image{Kind: abi.ImageCubin, Arch: 90, Code: []byte("junk")}
	good := code.Images[0]

	code.Images = []abi.Image{{Kind: abi.ImagePTX, Arch: 80, Code: []byte("junk")}, junk}
	_, err := cuda.New(c, &compiled(t, adapnm.Rule.Source).Manifest, code)
	assert.EqualError(t, err, "the CUDA code of adapnm is wrong: it has 2 variants, and the rule has 4")
	_, err = cuda.New(c, &rule.Manifest, code)
	assert.ErrorContains(t, err, "does not load the kernels of pnm, a cubin for 9.0")
	assert.ErrorContains(t, err, "does not load the kernels of pnm, PTX for 8.0 and later")

	code.Images = []abi.Image{junk, good}
	e, err := cuda.New(c, &rule.Manifest, code)
	require.NoError(t, err, "another image may suit")
	require.NoError(t, e.Close())

	code.Launches[0].Kernels = append(code.Launches[0].Kernels, "vanish")
	e, err = cuda.New(c, &rule.Manifest, code)
	require.NoError(t, err)
	l, err := abi.NewLayout(&rule.Manifest, 0, abi.F32, []int{4}, []int{0})
	require.NoError(t, err)
	_, err = e.Attach(l)
	assert.ErrorContains(t, err, "its kernel vanish is not there")
	require.NoError(t, e.Close())
}

// TestFailure: an engine whose device has failed says so from then on.
func TestFailure(t *testing.T) {
	c := gpu(t, "failing_launch=4")
	e := engine(t, c, pnm.Rule.Source)
	a := attach(t, e)
	advance(a, 1)
	require.NoError(t, e.Step())
	advance(a, 2)
	err := e.Step()
	require.ErrorContains(t, err, "pnm on ")
	assert.ErrorContains(t, err, "must be started again")
	assert.Equal(t, err, e.Step())
	assert.Equal(t, err, e.Pull())
	lost := e.Close()
	require.Error(t, lost)
	assert.NotContains(t, lost.Error(), "\n", "said once")
}

func TestMisuse(t *testing.T) {
	c := gpu(t, "")
	e := engine(t, c, pnm.Rule.Source)
	assert.EqualError(t, e.Step(), "the engine has no arena; call Attach first")
	_, err := e.Attach(&abi.Layout{})
	assert.ErrorContains(t, err, "protocol")
	attach(t, e)
	require.NoError(t, e.Close())
	require.NoError(t, e.Close())
	for name, do := range map[string]func() error{"Step": e.Step, "Launch": e.Launch, "Wait": e.Wait, "Pull": e.Pull, "Push": e.Push} {
		assert.EqualError(t, do(), "the engine is closed", name)
	}
	_, err = e.Attach(&abi.Layout{})
	assert.EqualError(t, err, "the engine is closed; make another one")
}

// TestMemoryIsGivenBack, also where an arena takes the place of another.
func TestMemoryIsGivenBack(t *testing.T) {
	c := gpu(t, "")
	free := func() (n int64) {
		require.NoError(t, c.Do(func() (err error) {
			n, _, err = c.Memory()
			return err
		}))
		return n
	}
	before := free()
	e := engine(t, c, lamb.Rule.Source)
	for range 3 {
		advance(attach(t, e), 1)
		require.NoError(t, e.Step())
	}
	assert.Less(t, free(), before)
	require.NoError(t, e.Close())
	assert.Equal(t, before, free())
}

func ExampleFind() {
	if _, err := cuda.Find(1000); err != nil {
		fmt.Println("there is no such GPU")
	}
	// Output: there is no such GPU
}
