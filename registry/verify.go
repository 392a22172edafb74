package registry

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Verify reports the first file of a plugin that is missing or is not what was
// installed, or that the plugin was replaced since it was looked up: a
// *DamagedError. It reads the whole binary.
func (e *Entry) Verify() error {
	if e.Platform != Platform {
		return e.Err
	}
	unlock := lockShared(e.Store)
	defer unlock()
	now := *e
	if err := now.verify(); err != nil {
		return err
	}
	if e.Digest != "" && e.Digest != now.Digest {
		return e.damaged(Exe(e.Name), "has been replaced since it was looked up")
	}
	return nil
}

// verify is Verify for who holds the store's lock. It fills the entry in.
func (e *Entry) verify() error {
	if e.load(); e.Err != nil {
		return e.Err
	}
	digest, err := fileDigest(e.Binary())
	if err != nil {
		e.Err = e.damaged(Exe(e.Name), "can't be read: "+err.Error())
	} else if digest != e.Digest {
		e.Err = e.damaged(Exe(e.Name), "has been changed since it was installed")
	}
	return e.Err
}

// readSums are the digests that SHA256SUMS gives, by file. It lists exactly
// the files of an entry.
func (e *Entry) readSums() (map[string]string, error) {
	text, err := read(filepath.Join(e.Dir, sumsFile))
	if os.IsNotExist(err) {
		return nil, e.damaged(sumsFile, "is missing")
	} else if err != nil {
		return nil, e.damaged(sumsFile, "can't be read: "+err.Error())
	}
	sums, ok := parseSums(string(text))
	if !ok || len(sums) != len(e.files()) {
		return nil, e.damaged(sumsFile, "is not what optc writes")
	}
	for _, file := range e.files() {
		if sums[file] == "" {
			return nil, e.damaged(sumsFile, "has no line for "+file)
		}
	}
	return sums, nil
}

// parseSums reads lines of 64 hexadecimal digits, two spaces and a name.
func parseSums(text string) (map[string]string, bool) {
	sums := map[string]string{}
	for line := range strings.Lines(text) {
		digest, file, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		raw, err := hex.DecodeString(digest)
		if !ok || err != nil || len(raw) != sha256.Size || sums[file] != "" {
			return nil, false
		}
		sums[file] = strings.ToLower(digest)
	}
	return sums, true
}

// formatSums is the text of SHA256SUMS for files and their "sha256:" digests.
func formatSums(files []string, digests map[string]string) string {
	var b strings.Builder
	for _, file := range files {
		fmt.Fprintf(&b, "%s  %s\n", strings.TrimPrefix(digests[file], "sha256:"), file)
	}
	return b.String()
}

// digestOf is "sha256:" and the digest of bytes in hexadecimal.
func digestOf(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// fileDigest is digestOf of a file's content.
func fileDigest(path string) (string, error) {
	f, err := open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil)), nil
}
