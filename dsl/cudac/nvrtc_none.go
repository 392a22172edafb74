//go:build nocuda || !((linux || windows) && (amd64 || arm64))

package cudac

import "errors"

func findNVRTC() (compiler, error) {
	return nil, errors.New("this optc does not look for NVRTC: it was built with the tag nocuda, or there is no NVRTC for this system")
}
