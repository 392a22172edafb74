package driver

import (
	"bytes"
	"fmt"
	"strings"
	"unsafe"
)

// Codes of errors that a caller may want to tell apart.
const (
	OutOfMemory           = 2
	NoDevice              = 100
	InvalidContext        = 201
	NoBinaryForGPU        = 209
	UnsupportedPTXVersion = 222
	IllegalAddress        = 700
)

// advice is what to do about an error.
var advice = map[int]string{
	OutOfMemory:           "the GPU needs more free memory",
	NoDevice:              "this machine has a driver but no GPU that it can use; CUDA_VISIBLE_DEVICES may hide it",
	InvalidContext:        "calls to the GPU belong within Context.Do",
	NoBinaryForGPU:        "the kernels need to be compiled for this GPU's architecture",
	UnsupportedPTXVersion: "the compiler of the kernels is newer than the driver; update the driver",
	IllegalAddress:        "a kernel went outside its memory; this program can use the GPU no more, and must be started again",
}

// Error is what the driver says of a call that failed.
type Error struct {
	Call string // the function of the driver: cuMemAlloc
	Code int    // such as OutOfMemory
	Name string // of the code: CUDA_ERROR_OUT_OF_MEMORY
	Text string // what the code means, in the driver's words
	Log  string // of the driver's compiler, where it said something about an image
}

func (e *Error) Error() string {
	text := fmt.Sprintf("the CUDA driver's %s failed: %s (%s, code %d)", e.Call, e.Text, e.Name, e.Code)
	if what := advice[e.Code]; what != "" {
		text += "; " + what
	}
	if e.Log != "" {
		text += "\n" + e.Log
	}
	return text
}

// failure is the error of a function's code.
func (d *Driver) failure(f function, code int) error {
	return &Error{
		Call: f.String(), Code: code,
		Name: d.text(cuGetErrorName, code, "no name"), Text: d.text(cuGetErrorString, code, "an error that the driver has no words for"),
	}
}

// text is what a function says about a code, or the words for a code that the
// driver does not know.
func (d *Driver) text(f function, code int, unknown string) string {
	var text *byte // the driver's, and constant
	if invoke(d.functions[f], uintptr(code), uintptr(unsafe.Pointer(&text))) != 0 || text == nil {
		return unknown
	}
	length := 0
	for *(*byte)(unsafe.Add(unsafe.Pointer(text), length)) != 0 {
		length++
	}
	return strings.Clone(unsafe.String(text, length))
}

// upToZero is the text that a function of the driver wrote into a buffer.
func upToZero(buffer []byte) string {
	text, _, _ := bytes.Cut(buffer, []byte{0})
	return string(text)
}
