// Package cudac compiles the CUDA source of a rule to images that a GPU loads.
//
// The compiler is NVRTC, a library, where it is found, and nvcc, a program, where
// it is not. Neither is needed to build optc: NVRTC is loaded when a rule is
// compiled, without cgo. Both take the same options and print in the same way what
// each kernel takes of a GPU.
//
// The images are PTX for compute capability 8.0, which a driver compiles for the
// GPU that it finds, and for each major number from 8 on that the compiler knows a
// cubin, which is loaded as it is. A cubin is of the lowest minor number of its
// major, since it runs on all later ones.
//
// A program that is built with the tag nocuda does not look for NVRTC. It needs
// no dynamic loader, so that it runs where that is not glibc's.
package cudac

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optc-lang/optc/registry/abi"
)

// ErrNoCompiler is what errors of Compile wrap where there is no CUDA compiler
// that can be used.
var ErrNoCompiler = errors.New("there is no CUDA compiler; install the CUDA Toolkit, " +
	"or NVRTC alone (Debian's libnvrtc12 from non-free, or the Python wheel nvidia-cuda-nvrtc), " +
	"and set CUDA_HOME to the folder above its lib or bin (the wheel's is site-packages/nvidia/cu13)")

// CompileError says that a compiler refused the source.
type CompileError struct {
	Compiler string // "NVRTC 13.5"
	Name     string // the rule's name
	Log      string // what the compiler printed
}

func (e *CompileError) Error() string {
	return fmt.Sprintf("%s could not compile the CUDA source of %s:\n%s\n"+
		"this is a fault of optc, not of the rule; please report it with the rule's text", e.Compiler, e.Name, e.Log)
}

// Output is compiled source.
type Output struct {
	Compiler  string          // "NVRTC 13.5"
	Images    []abi.Image     // PTX, then cubins from the lowest architecture up
	Resources []abi.Resources // of the cubins' kernels, in the images' order, by name
}

// Compile compiles the CUDA source of the rule of a name. The error is a
// *CompileError where the compiler refuses the source, and wraps ErrNoCompiler
// where there is none. When ctx ends, so does nvcc; NVRTC ends after the image that
// it is at. The error then wraps ctx's.
func Compile(ctx context.Context, name string, source []byte) (*Output, error) {
	c, err := find(ctx)
	if err != nil {
		return nil, stopped(ctx, name, err)
	}
	return compileWith(ctx, c, name, source)
}

// find is the compiler to use.
func find(ctx context.Context) (compiler, error) {
	library, err := findNVRTC()
	if err == nil {
		return library, nil
	}
	program, err2 := findNVCC(ctx)
	if err2 == nil {
		return program, nil
	}
	return nil, fmt.Errorf("%w\n%w\n%w", ErrNoCompiler, err, err2)
}

// compiler is NVRTC or nvcc.
type compiler interface {
	// String is its name and version.
	String() string
	// archs are the compute capabilities that it compiles for; 80 is 8.0.
	archs(ctx context.Context) ([]int, error)
	// compile gives an image of the source of the rule of a name, and what was
	// printed.
	compile(ctx context.Context, name string, source []byte, t target) (code []byte, log string, err error)
}

// compileWith compiles source to all images.
func compileWith(ctx context.Context, c compiler, name string, source []byte) (*Output, error) {
	archs, err := c.archs(ctx)
	if err != nil {
		return nil, stopped(ctx, name, err)
	}
	out := &Output{Compiler: c.String()}
	for _, t := range targets(archs) {
		if ctx.Err() != nil {
			return nil, stopped(ctx, name, ctx.Err())
		}
		code, log, err := c.compile(ctx, name, source, t)
		if err != nil {
			return nil, stopped(ctx, name, err)
		}
		out.Images = append(out.Images, abi.Image{Kind: t.kind, Arch: t.arch, Code: code})
		out.Resources = append(out.Resources, resources(t.arch, log)...)
	}
	return out, nil
}

// stopped is the error of a compilation: that it was stopped, where it was.
func stopped(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("compiling the CUDA source of %s was stopped: %w", name, ctx.Err())
	}
	return err
}

// lowest is the compute capability below which optc compiles for no GPU.
const lowest = 80

// target is what an image is for.
type target struct {
	kind string
	arch int
}

// targets are the images that are made with a compiler for some architectures.
func targets(archs []int) []target {
	all := []target{{abi.ImagePTX, lowest}}
	major := 0
	for _, arch := range slices.Sorted(slices.Values(archs)) {
		if arch >= lowest && arch/10 > major {
			all, major = append(all, target{abi.ImageCubin, arch}), arch/10
		}
	}
	return all
}

// options are the compiler's. No product is fused with a sum, and ptxas prints
// what kernels take.
func (t target) options() []string {
	kind := map[string]string{abi.ImagePTX: "compute", abi.ImageCubin: "sm"}[t.kind]
	return []string{
		fmt.Sprintf("--gpu-architecture=%s_%d", kind, t.arch),
		"--fmad=false", "--std=c++17", "--ptxas-options=-v",
	}
}
