// Package cause takes from errors what the sentence around them says already.
package cause

import (
	"errors"
	"io/fs"
	"os"
)

// Of is why a call of the file system failed, without the call and the path, or
// the error itself where it is another one.
func Of(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
