package host

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/optc-lang/optc/host/safetensors"
	"github.com/optc-lang/optc/registry/abi"
)

// Save writes a checkpoint into a folder of checkpoints, which it makes where
// there is none: all parameters, states, and counts, and the caller's extra
// data as JSON, or nil. It returns when the checkpoint is on the disk, and it is
// the one that Restore reads from then on. Where Save fails, or the process is
// killed, Restore still reads the one before. Only one process may save into a
// folder at a time.
func (o *Optimizer) Save(dir string, extra any) error {
	if err := o.ready(); err != nil {
		return err
	}
	if r, ok := o.engine.(Remote); ok {
		if err := r.Pull(); err != nil {
			return fmt.Errorf("saving a checkpoint in %s: %w", dir, err)
		}
	}
	c, err := o.describe(extra)
	if err != nil {
		return err
	}
	s := &saving{o: o, dir: dir, checkpoint: c}
	for _, step := range s.steps() {
		if err := step(); err != nil {
			return errors.Join(fmt.Errorf("saving a checkpoint in %s: %w", dir, err), s.undo())
		}
	}
	return nil
}

// saving is one Save under way.
type saving struct {
	o          *Optimizer
	dir        string
	checkpoint *checkpoint
	stage      string  // the temporary folder, or "" once it has its name
	latest     pointer // what latest is to say
	before     string  // the folder that latest said, or ""
}

// steps are what Save does, in order. A process may be killed before, in or
// after each.
func (s *saving) steps() []func() error {
	return []func() error{s.makeStage, s.writeTensors, s.writeManifest, s.name, s.point, s.prune}
}

func (s *saving) makeStage() (err error) {
	if err := os.MkdirAll(s.dir, 0o777); err != nil {
		return err
	}
	s.stage, err = os.MkdirTemp(s.dir, temporary)
	return err
}

func (s *saving) writeTensors() error {
	tensors := tensorsOf[float32]
	if s.o.DType() == abi.F64 {
		tensors = tensorsOf[float64]
	}
	sum, count := sha256.New(), &counter{}
	err := writeFile(filepath.Join(s.stage, tensorsFile), func(w io.Writer) error {
		return safetensors.Write(io.MultiWriter(w, sum, count), tensors(s.o))
	})
	s.checkpoint.Tensors = savedFile{count.n, "sha256:" + hex.EncodeToString(sum.Sum(nil))}
	return err
}

func (s *saving) writeManifest() error {
	text, err := json.MarshalIndent(s.checkpoint, "", "  ")
	if err != nil {
		return err
	}
	s.latest.digest = digestOf(text)
	if err := writeText(filepath.Join(s.stage, manifestFile), text); err != nil {
		return err
	}
	return syncDir(s.stage)
}

// name gives the folder its name, which is a new one.
func (s *saving) name() error {
	base := fmt.Sprintf("step-%010d", s.checkpoint.Step)
	s.latest.folder = base
	for i := 2; ; i++ {
		if _, err := os.Lstat(filepath.Join(s.dir, s.latest.folder)); errors.Is(err, os.ErrNotExist) {
			break
		} else if err != nil {
			return err
		}
		s.latest.folder = fmt.Sprintf("%s-%d", base, i)
	}
	if err := os.Rename(s.stage, filepath.Join(s.dir, s.latest.folder)); err != nil {
		return err
	}
	s.stage = ""
	return syncDir(s.dir)
}

// point makes the new checkpoint the valid one.
func (s *saving) point() error {
	path := filepath.Join(s.dir, latestFile)
	if text, err := os.ReadFile(path); err == nil {
		old, _ := parsePointer(text) // a damaged one has nothing to keep
		s.before = old.folder
	}
	next := filepath.Join(s.dir, temporary+latestFile)
	if err := writeText(next, []byte(s.latest.String())); err != nil {
		return err
	}
	if err := os.Rename(next, path); err != nil {
		return err
	}
	return syncDir(s.dir)
}

// prune removes what nothing points to any more. What can't be removed now is
// left to the next Save.
func (s *saving) prune() error {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		old := folderName.MatchString(e.Name()) && e.Name() != s.latest.folder && e.Name() != s.before
		if old || strings.HasPrefix(e.Name(), temporary) {
			_ = os.RemoveAll(filepath.Join(s.dir, e.Name()))
		}
	}
	return nil
}

func (s *saving) undo() error {
	if s.stage == "" {
		return nil
	}
	return os.RemoveAll(s.stage)
}

type counter struct{ n int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

func writeText(path string, text []byte) error {
	return writeFile(path, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// writeFile writes a file and returns when it is on the disk.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<16)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Sync()
}

// syncDir returns when a folder's names are on the disk. Windows has no such
// call: there a rename is in the journal of the file system.
func syncDir(dir string) (err error) {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return d.Sync()
}
