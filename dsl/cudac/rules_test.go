package cudac_test

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/dsl/cudac"
	"github.com/optc-lang/optc/plugins"
	"github.com/optc-lang/optc/plugins/pnm"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec/rules"
)

// compiled is a rule's CUDA source as images; the test is skipped where there is
// no compiler.
func compiled(t *testing.T, rule *abi.Rule, compile func(context.Context, string, []byte) (*cudac.Output, error)) *cudac.Output {
	t.Helper()
	source, list := dsl.Compile("rule.opt", rule.Source)
	require.NotNil(t, source, "%v", list)
	out, err := compile(t.Context(), rule.Manifest.Name, source.CUDA())
	if errors.Is(err, cudac.ErrNoCompiler) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return out
}

// TestRules compiles every rule, with -short none, for one architecture.
func TestRules(t *testing.T) {
	if testing.Short() {
		t.Skip("-short has pnm alone, in TestImages")
	}
	for _, rule := range append(plugins.All(), rules.All()...) {
		t.Run(rule.Manifest.Name, func(t *testing.T) {
			t.Parallel()
			out := compiled(t, rule, cudac.CompileForHopper)
			require.Len(t, out.Images, 2)
			assertGoodCode(t, out)
		})
	}
}

// TestImages: there is PTX, and a cubin for each major number.
func TestImages(t *testing.T) {
	out := compiled(t, pnm.Rule, cudac.Compile)
	require.Equal(t, abi.Image{Kind: abi.ImagePTX, Arch: 80, Code: out.Images[0].Code}, out.Images[0])
	for i, image := range out.Images[1:] {
		assert.Equal(t, abi.ImageCubin, image.Kind)
		assert.True(t, i == 0 || image.Arch/10 > out.Images[i].Arch/10)
		assert.True(t, bytes.HasPrefix(image.Code, []byte("\x7fELF")))
	}
	assertGoodCode(t, out)
	assert.Equal(t, out, compiled(t, pnm.Rule, cudac.Compile), "the same source gives the same images")
}

// assertGoodCode: each kernel is as it should be, in PTX and in every cubin.
func assertGoodCode(t *testing.T, out *cudac.Output) {
	kernels := kernelsOf(t, out.Images[0].Code)
	assert.Len(t, out.Resources, len(kernels)*(len(out.Images)-1))
	for _, r := range out.Resources {
		assert.Contains(t, kernels, r.Kernel)
		assertFits(t, r)
	}
}

// kernelsOf are the kernels of PTX. None fuses a product with a sum or has an array
// in local memory, and those that step read and write 16 bytes at a time.
func kernelsOf(t *testing.T, code []byte) []string {
	assert.Equal(t, len(code)-1, bytes.IndexByte(code, 0), "the driver reads PTX to a zero byte")
	assert.NotRegexp(t, `\bfma\b`, string(code))
	assert.NotRegexp(t, `\.local\b`, string(code))
	var names []string
	for _, kernel := range bytes.Split(code, []byte(".visible .entry "))[1:] {
		name := string(regexp.MustCompile(`^\w+`).Find(kernel))
		names = append(names, name)
		if wide, ok := map[string]string{"step_f32": "v4.f32", "step_f64": "v2.f64"}[name[len(name)-len("step_f32"):]]; ok {
			assert.Contains(t, string(kernel), "ld.global."+wide, name)
			assert.Contains(t, string(kernel), "st.global."+wide, name)
		}
	}
	require.NotEmpty(t, names)
	return names
}

// assertFits: a kernel spills nothing and has no stack.
func assertFits(t *testing.T, r abi.Resources) {
	assert.Positive(t, r.Registers, "%+v", r)
	assert.LessOrEqual(t, r.Registers, 128, "at least two blocks of 256 threads run at a time: %+v", r)
	assert.Zero(t, r.SpillStores+r.SpillLoads+r.Stack, "%+v", r)
	assert.Zero(t, r.Shared, "%+v", r)
}

func TestSourceThatIsRefused(t *testing.T) {
	_, err := cudac.Compile(t.Context(), "faulty", []byte("#include \"optc.h\"\nOPTC_KERNEL f() { return x; }\n"))
	if errors.Is(err, cudac.ErrNoCompiler) {
		t.Skip(err)
	}
	var refused *cudac.CompileError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "faulty", refused.Name)
	assert.Contains(t, refused.Log, "faulty.cu(2): error: identifier \"x\" is undefined")
	assert.ErrorContains(t, err, "this is a fault of optc, not of the rule; please report it")
}

func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := cudac.Compile(ctx, "pnm", nil)
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "compiling the CUDA source of pnm was stopped")
}
