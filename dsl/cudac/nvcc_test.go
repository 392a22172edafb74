package cudac_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/optc-lang/optc/dsl/cudac"
	"github.com/optc-lang/optc/registry/abi"
)

// byNVCC compiles with a pretended nvcc, which leaves no temporary files.
func byNVCC(t *testing.T, ctx context.Context, way string) (*cudac.Output, error) {
	t.Helper()
	temporary := pretendNVCC(t, way)
	out, err := cudac.CompileWithNVCC(ctx, "rule", []byte("source"))
	left, err2 := os.ReadDir(temporary)
	require.NoError(t, err2)
	assert.Empty(t, left)
	return out, err
}

// TestNVCC: nvcc is given the source beside its headers, and compiles PTX and a
// cubin of the lowest architecture of each major number.
func TestNVCC(t *testing.T) {
	t.Setenv("NVCC_APPEND_FLAGS", "--use_fast_math")
	out, err := byNVCC(t, t.Context(), "work")
	require.NoError(t, err)
	assert.Equal(t, "nvcc 12.9", out.Compiler)
	require.Len(t, out.Images, 4)
	for i, want := range []struct{ kind, option, end string }{
		{"ptx", "compute_80", "\x00"}, {"cubin", "sm_80", ""}, {"cubin", "sm_90", ""}, {"cubin", "sm_120", ""},
	} {
		assert.Equal(t, want.kind, out.Images[i].Kind)
		assert.Equal(t, "--gpu-architecture="+want.option+" --fmad=false --std=c++17 --ptxas-options=-v --"+want.kind+
			" -o made."+want.kind+" rule.cu optc.h optc_close.h optc_random.h optc_tables.h rule.cu prepended="+want.end,
			string(out.Images[i].Code))
	}
	assert.Equal(t, []int{80, 80, 90, 120}, []int{out.Images[0].Arch, out.Images[1].Arch, out.Images[2].Arch, out.Images[3].Arch})
	require.Len(t, out.Resources, 6, "two kernels in each cubin")
	assert.Equal(t, abi.Resources{Kernel: "a_step_f32", Arch: 120, Registers: 40, Shared: 1024}, out.Resources[4])
}

func TestNVCCFails(t *testing.T) {
	for way, wants := range map[string][]string{
		"old":      {"nvcc is version 10.1, which is too old; install 11.2 or later"},
		"silent":   {"does not say which version it is"},
		"listless": {"does not list the GPUs that it compiles for"},
		"hostless": {"Failed to preprocess host compiler properties", "nvcc needs a C++ compiler (on Linux g++); NVRTC needs none"},
	} {
		t.Run(way, func(t *testing.T) {
			_, err := byNVCC(t, t.Context(), way)
			for _, want := range wants {
				assert.ErrorContains(t, err, want)
			}
		})
	}
	_, err := byNVCC(t, t.Context(), "refuse")
	var refused *cudac.CompileError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, cudac.CompileError{Compiler: "nvcc 12.9", Name: "rule", Log: `rule.cu(2): error: identifier "x" is undefined`}, *refused)
}

// TestStop: the end of the context ends nvcc.
func TestStop(t *testing.T) {
	listening, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Setenv(listener, listening.Addr().String())
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan net.Conn, 1)
	go func() {
		connection, _ := listening.Accept()
		cancel()
		begun <- connection
	}()
	_, err = byNVCC(t, ctx, "wait")
	assert.ErrorIs(t, err, context.Canceled)
	assert.ErrorContains(t, err, "compiling the CUDA source of rule was stopped")
	connection := <-begun
	_, err = connection.Read(make([]byte, 1))
	assert.Error(t, err, "nvcc lives on")
}

// without is the error of Compile in a process that has this folder as CUDA_HOME
// and no nvcc; the test is skipped where the system has a CUDA compiler.
func without(t *testing.T, home string) string {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), pretend+"=compile", "CUDA_HOME="+home, "CUDA_PATH=", "PATH="+t.TempDir())
	said, err := cmd.Output()
	require.NoError(t, err)
	if string(said) == "<nil>" { // it has compiled
		t.Skip("this system has a CUDA compiler")
	}
	require.Contains(t, string(said), cudac.ErrNoCompiler.Error())
	return string(said)
}

func TestWithoutACompiler(t *testing.T) {
	home := t.TempDir()
	said := without(t, home)
	assert.Contains(t, said, "set CUDA_HOME")
	assert.Contains(t, said, "\nnvcc is not found, nor is it in "+home)
}

// TestWhatIsNoLibrary: a file that is there and can't be used is named.
func TestWhatIsNoLibrary(t *testing.T) {
	home := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(home, "lib"), 0o755))
	path := filepath.Join(home, "lib", "libnvrtc.so.13")
	require.NoError(t, os.WriteFile(path, []byte("no library"), 0o644))
	said := without(t, home)
	if strings.Contains(said, "does not look for NVRTC") {
		t.Skip("this build does not look for NVRTC")
	}
	assert.Contains(t, said, path+" can't be loaded: ")
}
