package registry

import (
	"errors"
	"io"
	"os"
)

// errNoFile is of a name in a store that is a pipe, a device or a folder.
var errNoFile = errors.New("it is no regular file")

// isRegular reports what is there but is no regular file. To open a named pipe
// could take for ever.
func isRegular(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errNoFile
	}
	return nil
}

// open opens a regular file.
func open(path string) (*os.File, error) {
	if err := isRegular(path); err != nil {
		return nil, err
	}
	return os.Open(path)
}

// read is the content of a regular file.
func read(path string) ([]byte, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
