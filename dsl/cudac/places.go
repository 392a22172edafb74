package cudac

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// usual is where the CUDA Toolkit installs itself on Linux.
const usual = "/usr/local/cuda"

// homes are the folders that the user says the CUDA Toolkit is in.
func homes() []string {
	var all []string
	for _, name := range []string{"CUDA_HOME", "CUDA_PATH"} {
		if home := os.Getenv(name); home != "" {
			all = append(all, home)
		}
	}
	return all
}

// missing is the error of a compiler that is in none of its places.
func missing(compiler string) error {
	text := compiler + " is not found"
	for _, home := range homes() {
		text += ", nor is it in " + home
	}
	return errors.New(text)
}

// within are the files of some names in folders of a CUDA Toolkit.
func within(home string, folders, names []string) []string {
	var found []string
	for _, folder := range folders {
		for _, name := range names {
			path := filepath.Join(home, folder, name)
			if info, err := os.Stat(path); err == nil && !info.IsDir() {
				found = append(found, path)
			}
		}
	}
	return found
}

// version of a compiler: 13.5 has the numbers 13 and 5.
type version struct{ major, minor int }

func (v version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

// oldest is the first version whose compilers say which architectures they know.
var oldest = version{11, 2}

// check refuses a version that is too old.
func (v version) check(compiler string) error {
	if v.major < oldest.major || v.major == oldest.major && v.minor < oldest.minor {
		return fmt.Errorf("%s is version %s, which is too old; install %s or later", compiler, v, oldest)
	}
	return nil
}
