//go:build nocuda || !(linux || windows) || !(amd64 || arm64)

package driver

import (
	"errors"
	"fmt"
	"runtime"
)

const systemLibrary = "CUDA"

func open(string) (uintptr, error) {
	system := runtime.GOOS + "/" + runtime.GOARCH
	switch system {
	case "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64":
		return 0, errors.New("this program was built with the tag nocuda; build it without to use a GPU")
	}
	return 0, fmt.Errorf("there is no CUDA on %s; use Linux or Windows, on amd64 or arm64", system)
}

func symbol(uintptr, string) (uintptr, error) { return 0, errors.ErrUnsupported }

func invoke(uintptr, ...uintptr) int32 { return 0 }
