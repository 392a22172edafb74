package registry

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/optc-lang/optc/registry/abi"
)

// Entry is a plugin in a store.
type Entry struct {
	Name     string
	Version  string
	Platform string        // "linux_amd64", say
	Store    string        // the store it is in
	Dir      string        // its own folder
	Digest   string        // of the binary: "sha256:" and 64 digits
	Origin   Origin        // what it was compiled from
	Manifest *abi.Manifest // nil where Err is not
	// Default tells whether the bare name means this entry.
	Default bool
	// ShadowedBy is the folder of the plugin of the same name and version in an
	// earlier store, which is found instead of this one; "" where there is none.
	ShadowedBy string
	// Err says why the entry can't be used, or is nil.
	Err error
}

// Origin says where a plugin comes from.
type Origin struct {
	Rule string `json:"rule"`         // the absolute path of the .opt file, or BuiltIn
	Go   string `json:"go,omitempty"` // the version of Go that compiled it, and its experiments: go1.26.5-X:simd
}

// BuiltIn is the origin of the rules that optc carries.
const BuiltIn = "built in"

// The names of files in an entry's folder.
const (
	manifestFile = "manifest.json"
	originFile   = "origin.json"
	sumsFile     = "SHA256SUMS"
)

// Exe is the name of a plugin's binary: NAME, or NAME.exe on Windows.
func Exe(name string) string { return exeFor(runtime.GOOS, name) }

func exeFor(system, name string) string {
	if system == "windows" {
		return name + ".exe"
	}
	return name
}

// Ref is NAME@VERSION.
func (e *Entry) Ref() string { return e.Name + "@" + e.Version }

// Binary is the path of the plugin's binary.
func (e *Entry) Binary() string { return filepath.Join(e.Dir, Exe(e.Name)) }

// Source is the rule's text.
func (e *Entry) Source() (string, error) {
	text, err := read(filepath.Join(e.Dir, e.Name+".opt"))
	if err != nil {
		return "", e.damaged(e.Name+".opt", "can't be read: "+err.Error())
	}
	return string(text), nil
}

// files are the names that SHA256SUMS lists, in the order of a sorted list.
func (e *Entry) files() []string {
	return []string{Exe(e.Name), e.Name + ".opt", manifestFile, originFile}
}

// at is the entry of a folder of which nothing has been read yet.
func at(store, name, version string) *Entry {
	return &Entry{Name: name, Version: version, Platform: Platform, Store: store,
		Dir: filepath.Join(store, name, version, Platform)}
}

// load reads all that an entry says of itself, and compares it with SHA256SUMS;
// of the binary it only sees that there is one. The first thing wrong is Err.
func (e *Entry) load() *Entry {
	sums, err := e.readSums()
	if err != nil {
		e.Err = err
		return e
	}
	e.Digest = "sha256:" + sums[Exe(e.Name)]
	e.Err = e.loadParts(sums)
	if e.Err != nil {
		e.Manifest = nil
	}
	return e
}

func (e *Entry) loadParts(sums map[string]string) error {
	if info, err := os.Stat(e.Binary()); err != nil || !info.Mode().IsRegular() {
		return e.damaged(Exe(e.Name), "is missing")
	}
	source, err := e.checked(e.Name+".opt", sums)
	if err != nil {
		return err
	}
	if err := e.decode(originFile, sums, &e.Origin); err != nil {
		return err
	}
	if err := e.decode(manifestFile, sums, &e.Manifest); err != nil {
		return err
	}
	return e.agrees(digestOf(source))
}

// checked is the content of a file, once it has the digest that sums give it.
func (e *Entry) checked(file string, sums map[string]string) ([]byte, error) {
	text, err := read(filepath.Join(e.Dir, file))
	if err != nil {
		return nil, e.damaged(file, "can't be read: "+err.Error())
	}
	if digestOf(text) != "sha256:"+sums[file] {
		return nil, e.damaged(file, "has been changed since it was installed")
	}
	return text, nil
}

func (e *Entry) decode(file string, sums map[string]string, into any) error {
	text, err := e.checked(file, sums)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return e.damaged(file, "is not what optc writes: "+err.Error())
	}
	return nil
}

// agrees reports a manifest that is not of this folder or this text.
func (e *Entry) agrees(source string) error {
	m := e.Manifest
	switch {
	case m == nil:
		return e.damaged(manifestFile, "is empty")
	case m.Name != e.Name || m.Version != e.Version:
		return e.damaged(manifestFile, fmt.Sprintf("describes %s %s", m.Name, m.Version))
	case m.Digest != source:
		return e.damaged(e.Name+".opt", "has not the digest that "+manifestFile+" gives")
	}
	if err := m.Validate(); err != nil {
		return e.damaged(manifestFile, "is none that this optc understands: "+err.Error())
	}
	return nil
}
