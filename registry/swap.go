package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
)

// What a store holds for a moment while an entry's folder is replaced: the new
// folder until it is complete, and the old one until the new one is in place.
func (e *Entry) newDir() string { return filepath.Join(filepath.Dir(e.Dir), "."+e.Platform+".new") }
func (e *Entry) oldDir() string { return filepath.Join(filepath.Dir(e.Dir), "."+e.Platform+".old") }

// tidy cleans up after an installation that was cut off.
func (e *Entry) tidy() error {
	if err := os.RemoveAll(e.newDir()); err != nil {
		return e.cannotChange(err)
	}
	if !isFolder(e.oldDir()) {
		return nil
	}
	if isFolder(e.Dir) {
		return e.cannotChange(os.RemoveAll(e.oldDir()))
	}
	return e.cannotChange(os.Rename(e.oldDir(), e.Dir))
}

// swapIn writes a new folder and puts it in the place of the old one.
func (e *Entry) swapIn(p *parts) error {
	if err := e.writeNew(p); err != nil {
		return errors.Join(e.cannotChange(err), os.RemoveAll(e.newDir()))
	}
	if err := e.moveAway(); err != nil {
		return errors.Join(err, os.RemoveAll(e.newDir()))
	}
	if err := os.Rename(e.newDir(), e.Dir); err != nil {
		return errors.Join(e.cannotChange(err), e.tidy())
	}
	syncFolder(filepath.Dir(e.Dir))
	_ = os.RemoveAll(e.oldDir()) // a program may still run from it; the next installation tries again
	return nil
}

// moveAway makes room for a new folder, or removes the entry from sight.
func (e *Entry) moveAway() error {
	err := os.Rename(e.Dir, e.oldDir())
	if os.IsNotExist(err) {
		return nil
	}
	return e.cannotChange(err)
}

// cannotChange says what err kept from being done; nil stays nil.
func (e *Entry) cannotChange(err error) error {
	if err == nil {
		return nil
	}
	hint := "see to its permissions and to the room on the disk"
	if runtime.GOOS == "windows" {
		hint += ", and end the programs that use the plugin"
	}
	return fmt.Errorf("the plugin in %s can't be changed; %s: %w", e.Dir, hint, err)
}

// writeNew writes all files of a new folder to the disk.
func (e *Entry) writeNew(p *parts) error {
	manifest, err := json.MarshalIndent(p.manifest, "", "  ")
	if err != nil {
		return err
	}
	origin, err := json.MarshalIndent(p.origin, "", "  ")
	if err != nil {
		return err
	}
	dir := e.newDir()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := copyBinary(filepath.Join(dir, Exe(e.Name)), p.binary, p.digest); err != nil {
		return err
	}
	digests := map[string]string{Exe(e.Name): p.digest}
	for file, text := range map[string][]byte{
		e.Name + ".opt": []byte(p.source), manifestFile: append(manifest, '\n'), originFile: append(origin, '\n'),
	} {
		digests[file] = digestOf(text)
		if err := writeSynced(filepath.Join(dir, file), text); err != nil {
			return err
		}
	}
	if err := writeSynced(filepath.Join(dir, sumsFile), []byte(formatSums(e.files(), digests))); err != nil {
		return err
	}
	syncFolder(dir)
	return nil
}

func writeSynced(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// copyBinary copies a plugin, and makes sure that the bytes are those that were
// examined.
func copyBinary(to, from, digest string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, h), in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	if "sha256:"+hex.EncodeToString(h.Sum(nil)) != digest {
		return fmt.Errorf("%s was changed while it was being installed", from)
	}
	return nil
}

// syncFolder has a folder's names written to the disk, where the system can.
func syncFolder(dir string) {
	if f, err := os.Open(dir); err == nil {
		_ = f.Sync()
		_ = f.Close()
	}
}
