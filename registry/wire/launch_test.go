package wire_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/registry/wire"
	"github.com/optc-lang/optc/registry/wire/internal/testrule"
)

func TestManifest(t *testing.T) {
	assert.Equal(t, testrule.Rule.Manifest, *launch(t).Manifest())
}

func TestRunByHand(t *testing.T) {
	out, err := exec.Command(program(t, "testsgd")).CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 1, exit.ExitCode())
	assert.Equal(t, "testsgd 1.2.3 is an optimizer plugin: optc starts it by itself, "+
		"and it does nothing when it is run by hand.\n", string(out))
}

// TestForeignPlugin steps with a plugin that has only the documentation.
func TestForeignPlugin(t *testing.T) {
	for _, opts := range [][]wire.Option{nil, {wire.SharedFile()}} {
		c := launchProgram(t, "byhand", opts...)
		for range 2 {
			a, err := c.Attach(layout(t, 0, abi.F32, []int{3, 20, 2}, []int{0, 1, 0}))
			require.NoError(t, err)
			ready(a, testrule.None)
			a.Steps()[1] = 0
			copy(abi.Grad[float32](a, 1), []float32{1})
			copy(abi.Grad[float32](a, 2), []float32{4, 5})
			require.NoError(t, c.Step())
			assert.Equal(t, make([]float32, 20), abi.Theta[float32](a, 1))
			assert.Equal(t, []float32{-4, -5}, abi.Theta[float32](a, 2))
		}
	}
}

// TestRefusedAttachLeavesNothing: there is no arena after it.
func TestRefusedAttachLeavesNothing(t *testing.T) {
	c := launchProgram(t, "refuser")
	a, err := c.Attach(layout(t, 0, abi.F32, []int{3}, []int{0}))
	require.EqualError(t, err, "the plugin testsgd refused attaching an arena: I will not")
	assert.Nil(t, a)
	require.ErrorContains(t, c.Step(), "no arena to step")
}

func TestAnswerToAttachIsNotUnderstood(t *testing.T) {
	c := launchProgram(t, "babbler")
	_, err := c.Attach(layout(t, 0, abi.F32, []int{3}, []int{0}))
	require.ErrorContains(t, err, "the plugin testsgd failed at attaching an arena: its answer is not understood: ")
	require.ErrorContains(t, c.Step(), "no arena to step")
}

func TestDeathInAttach(t *testing.T) {
	c := launchProgram(t, "dier")
	_, err := c.Attach(layout(t, 0, abi.F32, []int{3}, []int{0}))
	require.EqualError(t, err, "the plugin testsgd has died (exit status 4)")
	require.EqualError(t, c.Step(), "the plugin testsgd has died (exit status 4)")
}

func TestNoPlugin(t *testing.T) {
	tests := map[string]string{
		"silent":   "is no optimizer plugin, or hangs: it said nothing within 1s",
		"chatter":  "is no optimizer plugin: Unrecognized remote plugin message: good morning",
		"leaver":   "is no optimizer plugin: it ended at once (exit status 3); it wrote:\n",
		"future":   "speaks another protocol than this program's 1; compile it again with this version of optc",
		"stranger": "can't be used: unknown service optc.v1.Optimizer",
		"nojson":   "its manifest is not understood: unexpected end of JSON input",
		"long":     "its manifest is longer than 1048576 bytes",
		"empty":    "can't be used: the plugin has protocol 0, this program has 1",
		"mute":     "within 1s", // which a slow start can use up
	}
	dir := shortTempDir(t)
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			timeout := 10 * time.Second
			if name == "silent" || name == "mute" {
				timeout = time.Second
			}
			_, err := wire.Launch(program(t, name), wire.StartTimeout(timeout))
			require.ErrorContains(t, err, want)
			assert.Empty(t, glob(t, dir, "optc-*"), "nothing is left")
		})
	}
}

// TestOffer: a plugin refuses by itself a layout that is not of its rule, and goes
// on with its arena.
func TestOffer(t *testing.T) {
	c := launch(t)
	sound := layout(t, 0, abi.F32, []int{3}, []int{0})
	require.ErrorContains(t, c.Offer(sound), "Attach comes before Offer")
	a, err := c.Attach(sound)
	require.NoError(t, err)
	ready(a, testrule.None)
	other := *sound
	other.Digest = "sha256:0"
	require.ErrorContains(t, c.Offer(&other), "the plugin testsgd refused a layout: ")
	require.ErrorContains(t, c.Offer(nil), "there is no layout")
	require.NoError(t, c.Step())
	require.NoError(t, c.Offer(sound))
}

func TestNoProgram(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "text.exe")
	require.NoError(t, os.WriteFile(path, []byte("this is no program"), 0o600))
	missing := filepath.Join(dir, "missing")
	_, err := wire.Launch(missing)
	require.ErrorContains(t, err, "there is no plugin at "+missing+": ")
	require.Equal(t, 1, strings.Count(err.Error(), missing), "the path stands there once: %v", err)
	require.ErrorIs(t, err, os.ErrNotExist)
	_, err = wire.Launch(dir)
	require.ErrorContains(t, err, "is no plugin: it is no file")
	if runtime.GOOS != "windows" {
		_, err = wire.Launch(path)
		require.ErrorContains(t, err, "is not executable")
		require.NoError(t, os.Chmod(path, 0o700))
	}
	_, err = wire.Launch(path)
	require.ErrorContains(t, err, "is no program for "+runtime.GOOS+" on "+runtime.GOARCH)
}

// TestUnknownSharedMemory: what the environment asks for is done or refused.
func TestUnknownSharedMemory(t *testing.T) {
	t.Setenv("OPTC_SHARED", "bogus")
	_, err := wire.Launch(program(t, "testsgd"))
	require.EqualError(t, err, `OPTC_SHARED is "bogus"; it must be file, to have shared memory in a file on every system, or not be set`)
}

// TestHostsEnvironmentStaysAtHome: the leaver shows what it has been given.
func TestHostsEnvironmentStaysAtHome(t *testing.T) {
	t.Setenv("OPTC_TEST_SECRET", "hunter2")
	t.Setenv("GODEBUG", "gctrace=0")
	var all strings.Builder
	_, err := wire.Launch(program(t, "leaver"), wire.Stderr(&all))
	require.Error(t, err)
	assert.Contains(t, all.String(), "OPTC_PLUGIN=optimizer")
	assert.Contains(t, all.String(), "GODEBUG=gctrace=0")
	assert.NotContains(t, all.String(), "hunter2")
}

// shortTempDir is a temporary directory, short enough for sockets, in which
// this test's runs have their own.
func shortTempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "w")
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	return dir
}

func glob(t *testing.T, dir, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	require.NoError(t, err)
	return paths
}
