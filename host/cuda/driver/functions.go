package driver

import "strings"

// function is a function of the driver.
type function int

const (
	cuInit function = iota
	cuDriverGetVersion
	cuGetErrorName
	cuGetErrorString
	cuDeviceGetCount
	cuDeviceGet
	cuDeviceGetName
	cuDeviceTotalMem
	cuDeviceGetAttribute
	cuDevicePrimaryCtxRetain
	cuDevicePrimaryCtxRelease
	cuCtxSetCurrent
	cuMemGetInfo
	cuMemAlloc
	cuMemFree
	cuMemHostRegister
	cuMemHostUnregister
	cuModuleLoadDataEx
	cuModuleUnload
	cuModuleGetFunction
	cuOccupancyMaxActiveBlocksPerMultiprocessor
	cuStreamCreate
	cuStreamDestroy
	cuStreamSynchronize
	cuMemcpyHtoDAsync
	cuMemcpyDtoHAsync
	cuMemcpyDtoDAsync
	cuLaunchKernel
	cuEventCreate
	cuEventDestroy
	cuEventRecord
	cuEventSynchronize
	cuEventElapsedTime
	cuStreamBeginCapture
	cuStreamEndCapture
	cuGraphInstantiate
	cuGraphLaunch
	cuGraphDestroy
	cuGraphExecDestroy
	functionCount
)

// names are the functions' names in the library. A version at the end is that of
// the arguments: cuda.h has the name without it stand for the newest.
var names = [functionCount]string{
	cuInit:                    "cuInit",
	cuDriverGetVersion:        "cuDriverGetVersion",
	cuGetErrorName:            "cuGetErrorName",
	cuGetErrorString:          "cuGetErrorString",
	cuDeviceGetCount:          "cuDeviceGetCount",
	cuDeviceGet:               "cuDeviceGet",
	cuDeviceGetName:           "cuDeviceGetName",
	cuDeviceTotalMem:          "cuDeviceTotalMem_v2",
	cuDeviceGetAttribute:      "cuDeviceGetAttribute",
	cuDevicePrimaryCtxRetain:  "cuDevicePrimaryCtxRetain",
	cuDevicePrimaryCtxRelease: "cuDevicePrimaryCtxRelease_v2",
	cuCtxSetCurrent:           "cuCtxSetCurrent",
	cuMemGetInfo:              "cuMemGetInfo_v2",
	cuMemAlloc:                "cuMemAlloc_v2",
	cuMemFree:                 "cuMemFree_v2",
	cuMemHostRegister:         "cuMemHostRegister_v2",
	cuMemHostUnregister:       "cuMemHostUnregister",
	cuModuleLoadDataEx:        "cuModuleLoadDataEx",
	cuModuleUnload:            "cuModuleUnload",
	cuModuleGetFunction:       "cuModuleGetFunction",
	cuOccupancyMaxActiveBlocksPerMultiprocessor: "cuOccupancyMaxActiveBlocksPerMultiprocessor",
	cuStreamCreate:       "cuStreamCreate",
	cuStreamDestroy:      "cuStreamDestroy_v2",
	cuStreamSynchronize:  "cuStreamSynchronize",
	cuMemcpyHtoDAsync:    "cuMemcpyHtoDAsync_v2",
	cuMemcpyDtoHAsync:    "cuMemcpyDtoHAsync_v2",
	cuMemcpyDtoDAsync:    "cuMemcpyDtoDAsync_v2",
	cuLaunchKernel:       "cuLaunchKernel",
	cuEventCreate:        "cuEventCreate",
	cuEventDestroy:       "cuEventDestroy_v2",
	cuEventRecord:        "cuEventRecord",
	cuEventSynchronize:   "cuEventSynchronize",
	cuEventElapsedTime:   "cuEventElapsedTime",
	cuStreamBeginCapture: "cuStreamBeginCapture_v2",
	cuStreamEndCapture:   "cuStreamEndCapture",
	cuGraphInstantiate:   "cuGraphInstantiateWithFlags",
	cuGraphLaunch:        "cuGraphLaunch",
	cuGraphDestroy:       "cuGraphDestroy",
	cuGraphExecDestroy:   "cuGraphExecDestroy",
}

// String is the function's name as cuda.h has it.
func (f function) String() string {
	name, _, _ := strings.Cut(names[f], "_v")
	return name
}

// call calls a function of the driver. Its arguments are numbers, handles, and
// addresses of Go memory in the form uintptr(unsafe.Pointer(&x)), which is kept
// alive and at its place while the call lasts.
//
//go:uintptrescapes
func (d *Driver) call(f function, args ...uintptr) error {
	if code := invoke(d.functions[f], args...); code != 0 {
		return d.failure(f, int(code))
	}
	return nil
}
