// Package fakecuda makes a library that stands in for the CUDA driver, so that
// what uses a GPU can be tested where there is none: it has the functions that
// package host/cuda/driver calls, keeps the memory of its devices in that of the
// process, and runs kernels on the processor.
//
// It is as strict as CUDA, or stricter, about what it is given: contexts, handles,
// addresses, sizes, what a capture may not do. Kernels run when someone waits for
// them. A kernel that writes up to 256 bytes beside an allocation, and one that
// FAKECUDA names, fails as on a GPU, and then so does everything else in its
// context; one that goes further astray can end the process.
//
// The environment variable FAKECUDA says what the machine has, read when a driver
// is loaded and no device is open: words such as
//
//	devices=2 memory=1000000 arch=80 multiprocessors=8 version=12040 failing_launch=3
//
// with the bytes of each device's memory, its compute capability times 10, the
// version of CUDA as the driver gives it, and the launch of a kernel, counted from
// 1, that fails. Without a word there are 1 device, 2^30 bytes, 90, 4
// multiprocessors, 13000, and no failing launch.
package fakecuda

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/optc-lang/optc/dsl"
)

// Variable is the name of the environment variable.
const Variable = "FAKECUDA"

// ErrUnavailable is the reason of an error of Build where the system has no
// stand-in, or no g++ to compile it; a test is then skipped.
var ErrUnavailable = errors.New("there is no stand-in for CUDA")

//go:embed libcuda image
var source embed.FS

// Build compiles the stand-in into an empty folder, and returns the path of the
// library. Its name is the driver's, so that the folder can stand in
// LD_LIBRARY_PATH.
func Build(dir string) (string, error) {
	if !supported {
		return "", fmt.Errorf("%w: it is for Linux on amd64 and arm64, without the tag nocuda", ErrUnavailable)
	}
	if err := os.CopyFS(dir, source); err != nil {
		return "", err
	}
	files, err := fs.Glob(source, "libcuda/*.cpp")
	if err != nil {
		return "", err
	}
	library, err := link(dir, "libcuda.so.1", files...)
	if errors.Is(err, errNoCompiler) {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return library, err
}

// Image compiles a rule's CUDA source, in an empty folder, to an image that the
// stand-in loads as a GPU does a cubin.
func Image(rule *dsl.Rule, dir string) ([]byte, error) {
	if err := os.CopyFS(dir, source); err != nil {
		return nil, err
	}
	path, err := compile(rule, dir, "image/door.cpp")
	if err != nil {
		return nil, err
	}
	return os.ReadFile(path)
}
