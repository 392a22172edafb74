package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/optc-lang/optc/internal/cause"
)

// writeFile writes a file by way of a new one beside it, so that an error
// leaves what was there. The new one has the old one's permissions. A device or
// a pipe is written into, and a link stays one.
func writeFile(path string, content []byte) error {
	mode := os.FileMode(0o644)
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return isFolder(path)
	case err == nil && !info.Mode().IsRegular():
		return unwritable(path, os.WriteFile(path, content, mode))
	case err == nil:
		mode = info.Mode().Perm()
		if real, err := filepath.EvalSymlinks(path); err == nil {
			return unwritable(path, replace(real, content, mode))
		}
	}
	return unwritable(path, replace(path, content, mode))
}

func replace(path string, content []byte, mode os.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".optc-*")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Chmod(f.Name(), mode)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

// writable tells early what would keep a file from being written later.
func writable(path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return isFolder(path)
	case err == nil && !info.Mode().IsRegular():
		return nil
	}
	return unwritable(path, probe(filepath.Dir(path)))
}

// replaceable is writable for a file that a new one is put in the place of, as
// one that grows is: it refuses what is no ordinary file.
func replaceable(path string) error {
	if info, err := os.Stat(path); err == nil && !info.IsDir() && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is a device or a pipe; give the name of a file", path)
	}
	return writable(path)
}

// samePlace is sameFile for files that need not be there yet.
func samePlace(a, b string) bool {
	return sameFile(a, b) || filepath.Base(a) == filepath.Base(b) && sameFile(filepath.Dir(a), filepath.Dir(b))
}

// probe makes a file in a folder and deletes it again.
func probe(folder string) error {
	f, err := os.CreateTemp(folder, ".optc-*")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func isFolder(path string) error {
	return fmt.Errorf("%s is a folder; give the name of a file", path)
}

// unwritable explains an error of writing a file, or is nil.
func unwritable(path string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s can't be written (%w); choose another place, or see to the folder %s", path, cause.Of(err), filepath.Dir(path))
}

// readAll reads at most limit bytes, until Ctrl-C: who reads from a terminal may
// wait forever.
func (a *app) readAll(from io.Reader, limit int64) ([]byte, error) {
	type read struct {
		text []byte
		err  error
	}
	done := make(chan read, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(from, limit))
		done <- read{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-a.ctx.Done():
		return nil, a.ctx.Err()
	}
}

// temporary makes a folder that is deleted when the command ends.
func (a *app) temporary() (string, error) {
	folder, err := os.MkdirTemp("", "optc-")
	if err != nil {
		return "", fmt.Errorf("no folder for temporary files can be made; set TMPDIR (on Windows TMP) to one with room: %w", err)
	}
	a.folders = append(a.folders, folder)
	return folder, nil
}
