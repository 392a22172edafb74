// Package driver has what optc needs of the CUDA driver, the library that comes
// with the driver of an NVIDIA GPU: devices, memory, modules of kernels, streams
// and graphs. It loads that library when a program runs, so that a program needs
// neither cgo nor a CUDA toolkit to be built, and runs where there is no GPU.
//
// A device is used within Context.Do, which ties a goroutine to the device:
//
//	d, err := driver.Load()
//	c, err := d.Open(0)
//	err = c.Do(func() error {
//		s, err := c.NewStream()
//		at, err := c.Alloc(1 << 20)
//		err = s.CopyIn(at, make([]byte, 1<<20))
//		return s.Wait()
//	})
//
// What a stream is given to do begins at once and in the order of the calls, and
// is done when Wait returns; a kernel's fault is the error of Wait, or of any
// call after it. Launches, copies and waits allocate no memory.
package driver

import (
	"errors"
	"fmt"
	"unsafe"
)

// ErrNoDriver is the reason of an error of Load where there is no driver to load,
// or where the program was built without CUDA.
var ErrNoDriver = errors.New("no NVIDIA driver can be loaded")

// Driver is a loaded driver. Several goroutines may use it.
type Driver struct {
	functions [functionCount]uintptr // addresses; see names
	version   int32
}

// Load loads this machine's driver.
func Load() (*Driver, error) { return LoadFrom(systemLibrary) }

// LoadFrom loads the driver from a library, by its path or by a name that the
// system knows. A driver stays loaded until the program ends.
func LoadFrom(library string) (*Driver, error) {
	handle, err := open(library)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoDriver, err)
	}
	d := &Driver{}
	for f, name := range names {
		if d.functions[f], err = symbol(handle, name); err != nil {
			return nil, fmt.Errorf("%s has no function %s; install a driver of CUDA 11.4 or later: %w", library, name, err)
		}
	}
	if err := d.call(cuInit, 0); err != nil {
		return nil, err
	}
	if err := d.call(cuDriverGetVersion, uintptr(unsafe.Pointer(&d.version))); err != nil {
		return nil, err
	}
	return d, nil
}

// Version is the newest version of CUDA that the driver supports: 13020 is 13.2.
func (d *Driver) Version() int { return int(d.version) }
