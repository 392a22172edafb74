//go:build !nocuda && (linux || windows) && (amd64 || arm64)

package cudac

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/optc-lang/optc/dsl/cudagen"
	"github.com/optc-lang/optc/registry/abi"
)

// nvrtc is CUDA's compiler as a library. Its functions answer success or another
// of NVRTC's results; a program is a handle of its own, sizes are in bytes, and
// those of texts count a zero byte at their end.
type nvrtc struct {
	path    string
	version version

	askVersion     func(major, minor *int32) int32
	errorString    func(result int32) string
	numberOfArchs  func(n *int32) int32
	listArchs      func(archs *int32) int32
	createProgram  func(program *uintptr, source, name string, headers int32, texts, names **byte) int32
	destroyProgram func(program *uintptr) int32
	compileProgram func(program uintptr, options int32, texts **byte) int32
	logSize        sizeFunc
	log            readFunc
	ptxSize        sizeFunc
	ptx            readFunc
	cubinSize      sizeFunc
	cubin          readFunc
}

// sizeFunc gives the size of what the readFunc beside it writes.
type (
	sizeFunc = func(program uintptr, bytes *uint64) int32
	readFunc = func(program uintptr, to *byte) int32
)

// The results of NVRTC's functions that are told apart.
const (
	success          = 0
	errorCompilation = 6
	errorBuiltin     = 7
)

func (c *nvrtc) String() string { return "NVRTC " + c.version.String() }

// findNVRTC loads the first NVRTC that can be used: of the folders that the user
// names, where the system looks for libraries, and in the usual folder. That the
// system finds none is no reason to tell.
func findNVRTC() (compiler, error) {
	var paths []string
	folders := []string{"lib64", "lib", "bin", filepath.Join("bin", "x64"), "."}
	for _, home := range homes() {
		paths = append(paths, within(home, folders, libraries)...)
	}
	paths = slices.Concat(paths, libraries, within(usual, folders, libraries))
	var reasons []error
	for _, path := range paths {
		c, err := loadNVRTC(path)
		if err == nil {
			return c, nil
		}
		if !slices.Contains(libraries, path) {
			reasons = append(reasons, err)
		}
	}
	if reasons == nil {
		return nil, missing("NVRTC")
	}
	return nil, errors.Join(reasons...)
}

// loadNVRTC loads a library, and refuses one that is too old.
func loadNVRTC(path string) (*nvrtc, error) {
	library, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("%s can't be loaded: %w", path, err)
	}
	c := &nvrtc{path: path}
	if err := c.register(library, "Version", &c.askVersion); err != nil {
		return nil, err
	}
	var major, minor int32
	if result := c.askVersion(&major, &minor); result != success {
		return nil, fmt.Errorf("%s does not say its version (result %d)", path, result)
	}
	c.version = version{int(major), int(minor)}
	if err := c.version.check(path); err != nil {
		return nil, err
	}
	return c, c.registerAll(library)
}

// registerAll finds the functions that every version from the oldest has.
func (c *nvrtc) registerAll(library uintptr) error {
	for _, f := range []struct {
		name string
		to   any
	}{
		{"GetErrorString", &c.errorString},
		{"GetNumSupportedArchs", &c.numberOfArchs}, {"GetSupportedArchs", &c.listArchs},
		{"CreateProgram", &c.createProgram}, {"DestroyProgram", &c.destroyProgram},
		{"CompileProgram", &c.compileProgram},
		{"GetProgramLogSize", &c.logSize}, {"GetProgramLog", &c.log},
		{"GetPTXSize", &c.ptxSize}, {"GetPTX", &c.ptx},
		{"GetCUBINSize", &c.cubinSize}, {"GetCUBIN", &c.cubin},
	} {
		if err := c.register(library, f.name, f.to); err != nil {
			return err
		}
	}
	return nil
}

// register points a function variable at NVRTC's function of a name.
func (c *nvrtc) register(library uintptr, name string, to any) error {
	address, err := symbol(library, "nvrtc"+name)
	if err != nil {
		return fmt.Errorf("%s has no function nvrtc%s: %w", c.path, name, err)
	}
	purego.RegisterFunc(to, address)
	return nil
}

func (c *nvrtc) archs(context.Context) ([]int, error) {
	var n int32
	if result := c.numberOfArchs(&n); result != success {
		return nil, c.failed("does not count the GPUs that it compiles for", result)
	}
	archs := make([]int32, n)
	if result := c.listArchs(unsafe.SliceData(archs)); result != success {
		return nil, c.failed("does not list the GPUs that it compiles for", result)
	}
	all := make([]int, n)
	for i, arch := range archs {
		all[i] = int(arch)
	}
	return all, nil
}

func (c *nvrtc) compile(_ context.Context, name string, source []byte, t target) (code []byte, log string, err error) {
	names, texts := headers()
	var program uintptr
	result := c.createProgram(&program, string(source), name+".cu", int32(len(names)), pointers(texts), pointers(names))
	if result != success {
		return nil, "", c.failed("can't take the CUDA source of "+name, result)
	}
	defer c.destroyProgram(&program)
	options := t.options()
	result = c.compileProgram(program, int32(len(options)), pointers(options))
	printed, err := c.read(program, c.logSize, c.log)
	log = strings.TrimSpace(strings.TrimRight(string(printed), "\x00"))
	switch {
	case result == errorCompilation:
		return nil, "", &CompileError{Compiler: c.String(), Name: name, Log: log}
	case result != success:
		return nil, "", c.failed("can't compile the CUDA source of "+name, result)
	case err != nil:
		return nil, "", err
	case t.kind == abi.ImagePTX:
		code, err = c.read(program, c.ptxSize, c.ptx)
	default:
		code, err = c.read(program, c.cubinSize, c.cubin)
	}
	return code, log, err
}

// read gives what NVRTC keeps of a compiled program.
func (c *nvrtc) read(program uintptr, size sizeFunc, read readFunc) ([]byte, error) {
	var n uint64
	if result := size(program, &n); result != success {
		return nil, c.failed("does not say how much it has compiled", result)
	}
	content := make([]byte, n)
	if result := read(program, unsafe.SliceData(content)); result != success {
		return nil, c.failed("does not give what it has compiled", result)
	}
	return content, nil
}

// failed is the error of a function that did not succeed.
func (c *nvrtc) failed(what string, result int32) error {
	hint := ""
	if result == errorBuiltin {
		hint = "; its libnvrtc-builtins, of the same version, must lie beside it"
	}
	return fmt.Errorf("%s (%s) %s: %s%s", c.path, c, what, c.errorString(result), hint)
}

// headers are the names and texts of what sources include.
func headers() (names, texts []string) {
	all, _ := fs.Glob(cudagen.Headers, "*.h") // errors are the pattern's
	for _, name := range all {
		text, _ := cudagen.Headers.ReadFile(name) // a file that is embedded
		names, texts = append(names, name), append(texts, string(text))
	}
	return names, texts
}

// pointers is an array of C strings.
func pointers(texts []string) **byte {
	all := make([]*byte, len(texts))
	for i, text := range texts {
		all[i] = unsafe.StringData(text + "\x00")
	}
	return unsafe.SliceData(all)
}
