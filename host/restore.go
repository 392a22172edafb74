package host

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/optc-lang/optc/host/safetensors"
	"github.com/optc-lang/optc/registry/abi"
)

// Restore takes the checkpoint that was saved last in a folder: the optimizer
// goes on from there, bit for bit, with the hyperparameters and schedules of
// its own Config. The extra data of Save are read into what extra points to;
// nil leaves them out.
//
// It is an error, and the optimizer is as it was, where there is no checkpoint
// (ErrNoCheckpoint), where any byte of it was changed, and where it is of
// another rule or another text of it (ErrOtherText), other options, another
// dtype, another seed or other parameters (ErrOtherParams). The memory that it
// takes for a moment is as large as the file.
func (o *Optimizer) Restore(dir string, extra any) error {
	if err := o.ready(); err != nil {
		return err
	}
	if err := o.restore(dir, extra); err != nil {
		return fmt.Errorf("restoring the checkpoint in %s: %w", dir, err)
	}
	return nil
}

func (o *Optimizer) restore(dir string, extra any) error {
	folder, c, err := readCheckpoint(dir)
	if err != nil {
		return err
	}
	if err := o.fits(c); err != nil {
		return err
	}
	tensors, err := readTensors(filepath.Join(folder, tensorsFile), c.Tensors)
	if err != nil {
		return err
	}
	fill := load[float32]
	if o.DType() == abi.F64 {
		fill = load[float64]
	}
	if extra != nil {
		if err := json.Unmarshal(c.Extra, extra); err != nil {
			return fmt.Errorf("its extra data: %w", err)
		}
	}
	if err := fill(o, tensors); err != nil {
		return err
	}
	if r, ok := o.engine.(Remote); ok {
		if o.failed = r.Push(); o.failed != nil {
			return o.failed
		}
	}
	o.step, o.skipped = c.Step, c.Skipped
	for i, p := range c.Params {
		o.taken[i], o.frozen[i] = p.T, p.Frozen
	}
	return nil
}

// readCheckpoint reads what latest names, and checks its digest.
func readCheckpoint(dir string) (folder string, c *checkpoint, err error) {
	text, err := os.ReadFile(filepath.Join(dir, latestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, ErrNoCheckpoint
	}
	if err != nil {
		return "", nil, err
	}
	latest, err := parsePointer(text)
	if err != nil {
		return "", nil, err
	}
	folder = filepath.Join(dir, latest.folder)
	text, err = os.ReadFile(filepath.Join(folder, manifestFile))
	if err != nil {
		return "", nil, err
	}
	if digestOf(text) != latest.digest {
		return "", nil, fmt.Errorf("the file %s was changed since it was saved; %s", manifestFile, instead)
	}
	c, err = parseCheckpoint(text)
	return folder, c, err
}

func parseCheckpoint(text []byte) (*checkpoint, error) {
	c := &checkpoint{}
	if err := json.Unmarshal(text, c); err != nil {
		return nil, fmt.Errorf("the file %s is not what Save writes: %w", manifestFile, err)
	}
	if c.Format != checkpointFormat {
		return nil, fmt.Errorf("the file %s has the format %d; this program reads %d; go on with the program that saved it, or name another folder", manifestFile, c.Format, checkpointFormat)
	}
	return c, nil
}

func readTensors(path string, want savedFile) (*safetensors.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() != want.Bytes {
		return nil, fmt.Errorf("the file %s has %d bytes; %d were saved; %s", tensorsFile, info.Size(), want.Bytes, instead)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if digestOf(file) != want.Digest {
		return nil, fmt.Errorf("the file %s was changed since it was saved; %s", tensorsFile, instead)
	}
	return safetensors.Parse(file)
}

// load fills the arena, once it is sure that nothing can fail.
func load[T abi.Float](o *Optimizer, f *safetensors.File) error {
	all := buffers[T](o)
	for _, b := range all {
		if err := safetensors.Check[T](f, b.name, len(b.values)); err != nil {
			return err
		}
	}
	for _, b := range all {
		if err := safetensors.Fill(f, b.name, b.values); err != nil {
			return err
		}
	}
	return nil
}
