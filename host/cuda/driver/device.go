package driver

import (
	"fmt"
	"unsafe"
)

// Device is a GPU.
type Device struct {
	Index           int    // from 0
	Name            string // NVIDIA H200
	Memory          int64  // bytes
	Arch            int    // its compute capability: 90 is 9.0
	Multiprocessors int
}

// Attributes of devices, as cuda.h numbers them.
const (
	multiprocessorCount    = 16
	computeCapabilityMajor = 75
	computeCapabilityMinor = 76
)

// Devices are the GPUs of this machine that the program can see.
func (d *Driver) Devices() ([]Device, error) {
	var n int32
	if err := d.call(cuDeviceGetCount, uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, err
	}
	devices := make([]Device, n)
	for i := range devices {
		handle, err := d.device(i)
		if err == nil {
			devices[i], err = d.describe(i, handle)
		}
		if err != nil {
			return nil, fmt.Errorf("GPU %d can't be asked what it is: %w", i, err)
		}
	}
	return devices, nil
}

// Device is a GPU by its index, from 0.
func (d *Driver) Device(index int) (Device, error) {
	devices, err := d.Devices()
	if err != nil {
		return Device{}, err
	}
	if index < 0 || index >= len(devices) {
		return Device{}, fmt.Errorf("there is no GPU %d; this machine has %d, and the first is 0", index, len(devices))
	}
	return devices[index], nil
}

// device is the handle of a device.
func (d *Driver) device(index int) (uintptr, error) {
	var handle int32
	err := d.call(cuDeviceGet, uintptr(unsafe.Pointer(&handle)), uintptr(index))
	return uintptr(handle), err
}

// describe asks for what a Device says.
func (d *Driver) describe(index int, handle uintptr) (Device, error) {
	name := make([]byte, 256)
	if err := d.call(cuDeviceGetName, uintptr(unsafe.Pointer(&name[0])), uintptr(len(name)), handle); err != nil {
		return Device{}, err
	}
	device := Device{Index: index, Name: upToZero(name)}
	if err := d.call(cuDeviceTotalMem, uintptr(unsafe.Pointer(&device.Memory)), handle); err != nil {
		return Device{}, err
	}
	var major, minor, multiprocessors int32
	for _, a := range []struct {
		to        *int32
		attribute uintptr
	}{{&major, computeCapabilityMajor}, {&minor, computeCapabilityMinor}, {&multiprocessors, multiprocessorCount}} {
		if err := d.call(cuDeviceGetAttribute, uintptr(unsafe.Pointer(a.to)), a.attribute, handle); err != nil {
			return Device{}, err
		}
	}
	device.Arch, device.Multiprocessors = int(10*major+minor), int(multiprocessors)
	return device, nil
}
