package driver_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl"
	"github.com/optc-lang/optc/host/cuda/driver"
	"github.com/optc-lang/optc/host/cuda/fakecuda"
)

// The stand-in, and an image for it of a rule with one kernel.
var (
	library    string
	noLibrary  error // why there is none
	minusImage []byte
)

const (
	minus       = "optimizer minus\nhyper lr = 1 in (0, inf)\ntheta[t+1] = theta - lr*g\n"
	minusKernel = "minus_step_f32"
)

// asChild is an environment variable for a test that runs itself once more.
const asChild = "DRIVER_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) != "" {
		os.Exit(m.Run())
	}
	code, err := buildAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func buildAndRun(m *testing.M) (int, error) {
	var folders [2]string
	for i := range folders {
		dir, err := os.MkdirTemp("", "fakecuda")
		if err != nil {
			return 0, err
		}
		defer func() { _ = os.RemoveAll(dir) }()
		folders[i] = dir
	}
	library, noLibrary = fakecuda.Build(folders[0])
	if errors.Is(noLibrary, fakecuda.ErrUnavailable) {
		return m.Run(), nil
	}
	rule, list := dsl.Compile("minus.opt", minus)
	if rule == nil {
		return 0, fmt.Errorf("%v", list)
	}
	var err error
	minusImage, err = fakecuda.Image(rule, folders[1])
	if err = errors.Join(noLibrary, err); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// load loads the stand-in, with a machine as words say it.
func load(t testing.TB, words string) *driver.Driver {
	t.Helper()
	if noLibrary != nil {
		t.Skip(noLibrary)
	}
	t.Setenv(fakecuda.Variable, words)
	d, err := driver.LoadFrom(library)
	require.NoError(t, err)
	return d
}

// open opens the first device of a machine, until the test ends.
func open(t testing.TB, words string) *driver.Context {
	t.Helper()
	c, err := load(t, words).Open(0)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// within runs a test's body within Do.
func within(t testing.TB, c *driver.Context, body func()) {
	t.Helper()
	require.NoError(t, c.Do(func() error { body(); return nil }))
}

// hasCode requires an error of the driver with a code.
func hasCode(t testing.TB, code int, err error) *driver.Error {
	t.Helper()
	var failed *driver.Error
	require.ErrorAs(t, err, &failed)
	require.Equal(t, code, failed.Code, "%v", err)
	return failed
}

func counts(t testing.TB) fakecuda.Counts {
	t.Helper()
	c, err := fakecuda.Count(library)
	require.NoError(t, err)
	return c
}

func allocate(t testing.TB, c *driver.Context, bytes int64) driver.Pointer {
	t.Helper()
	p, err := c.Alloc(bytes)
	require.NoError(t, err)
	return p
}

func stream(t testing.TB, c *driver.Context) *driver.Stream {
	t.Helper()
	s, err := c.NewStream()
	require.NoError(t, err)
	return s
}

// job is the rule minus on a tensor of n elements, ready to launch.
type job struct {
	kernel      driver.Function
	theta, grad driver.Pointer
	argument    []byte // optc::Run
}

func newJob(t testing.TB, c *driver.Context, s *driver.Stream, n int) job {
	t.Helper()
	m, err := c.Load(minusImage)
	require.NoError(t, err)
	kernel, err := m.Function(minusKernel)
	require.NoError(t, err)
	bytes := int64(4 * n)
	j := job{kernel: kernel, theta: allocate(t, c, bytes), grad: allocate(t, c, bytes)}
	part := allocate(t, c, 48)
	require.NoError(t, s.CopyIn(part, words(0, uint64(n), 0, uint64(n), 0, 0))) // optc::Part
	scalars := allocate(t, c, 16)
	require.NoError(t, s.CopyIn(scalars, words(1, math.Float64bits(1)))) // optc::minus::Scalars: t, lr
	j.argument = words(uint64(j.theta), uint64(j.grad), 0, 0, uint64(part), 1, 0, 0, 0, uint64(scalars), 0, 0, 1, 0, 0)
	return j
}

func words(values ...uint64) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, v)
	}
	return b
}

// floats are numbers as bytes.
func floats(values ...float32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}
