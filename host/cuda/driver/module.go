package driver

import (
	"errors"
	"fmt"
	"unsafe"
)

// Module is the kernels of an image, loaded.
type Module struct {
	driver *Driver
	handle uintptr
}

// Function is a kernel of a module.
type Function struct {
	driver *Driver
	handle uintptr
	name   string
}

// The driver's numbers of the options that give its compiler's log of errors.
const (
	jitErrorLogBuffer     = 5
	jitErrorLogBufferSize = 6
)

// Load loads an image of kernels: PTX, which the driver compiles for the device,
// or a cubin for the device's architecture.
func (c *Context) Load(image []byte) (*Module, error) {
	ended := append(make([]byte, 0, len(image)+1), image...)
	ended = append(ended, 0) // PTX is text, and C's
	log := new([8192]byte)
	options := [...]uint32{jitErrorLogBuffer, jitErrorLogBufferSize}
	values := struct { // as an array of two void *
		log  *[8192]byte
		size uintptr
	}{log, uintptr(len(log))}
	m := &Module{driver: c.driver}
	err := c.driver.call(cuModuleLoadDataEx, uintptr(unsafe.Pointer(&m.handle)), uintptr(unsafe.Pointer(&ended[0])),
		uintptr(len(options)), uintptr(unsafe.Pointer(&options)), uintptr(unsafe.Pointer(&values)))
	if failed := (*Error)(nil); errors.As(err, &failed) {
		failed.Log = upToZero(log[:])
	}
	if err != nil {
		return nil, fmt.Errorf("the kernels can't be loaded onto %s: %w", c.device.Name, err)
	}
	return m, nil
}

// Function is the module's kernel of a name.
func (m *Module) Function(name string) (Function, error) {
	f := Function{driver: m.driver, name: name}
	symbol := append([]byte(name), 0)
	if err := m.driver.call(cuModuleGetFunction, uintptr(unsafe.Pointer(&f.handle)), m.handle, uintptr(unsafe.Pointer(&symbol[0]))); err != nil {
		return Function{}, fmt.Errorf("the module gives no kernel %s: %w", name, err)
	}
	return f, nil
}

// Unload frees the module. Its functions can't be used any more.
func (m *Module) Unload() error { return m.driver.call(cuModuleUnload, m.handle) }
