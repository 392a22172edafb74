package wire

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/edsrzf/mmap-go"
)

// arenaFile is the arena's file in the run's directory, where it is a file.
const arenaFile = "arena"

// shared is the host's side of the shared memory: a file that is made empty
// when the plugin starts, and grows to the arena's size. It never shrinks: a
// page that is gone under a mapping kills the process that touches it.
type shared struct {
	file   *os.File
	memory memory // as the plugin finds it
	size   int    // bytes of the file
	used   int    // of which these may not be zero
}

// sharedFile is shared memory in a file of the run's directory.
func sharedFile(dir string) (*shared, error) {
	path := filepath.Join(dir, arenaFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &shared{file: f, memory: memory{Path: path}}, nil
}

// take maps size zero bytes.
func (s *shared) take(size int) (mmap.MMap, error) {
	if err := s.grow(size); err != nil {
		return nil, fmt.Errorf("there is no memory for an arena of %d bytes: %w", size, err)
	}
	mem, err := mmap.MapRegion(s.file, size, mmap.RDWR, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("an arena of %d bytes can't be mapped: %w", size, err)
	}
	clear(mem[:min(s.used, size)])
	s.used = max(s.used, size)
	return mem, nil
}

// grow makes the file at least size bytes long. A file on a disk gets zeros
// written, so that a full disk is an error here and not a fault in a step.
func (s *shared) grow(size int) error {
	if size <= s.size {
		return nil
	}
	var err error
	if s.memory.Path == "" {
		err = s.file.Truncate(int64(size))
	} else {
		_, err = io.CopyN(io.NewOffsetWriter(s.file, int64(s.size)), zeros{}, int64(size-s.size))
	}
	if err != nil {
		return err
	}
	s.size = size
	return nil
}

// zeros reads as zero for ever.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// open maps the first size bytes, in the plugin.
func (m memory) open(size int) (mmap.MMap, error) {
	f, err := m.file()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < int64(size) {
		return nil, fmt.Errorf("it has %d bytes, the layout needs %d", info.Size(), size)
	}
	return mmap.MapRegion(f, size, mmap.RDWR, 0, 0)
}

// file opens the memory's file, which the caller closes.
func (m memory) file() (*os.File, error) {
	if m.Path != "" {
		return os.OpenFile(m.Path, os.O_RDWR, 0)
	}
	return inherited(m.FD)
}
