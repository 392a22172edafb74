package registry

import (
	"fmt"
	"path/filepath"
	"strings"
)

// RefError says that a text can't be the name of a plugin.
type RefError struct {
	Ref  string
	Hint string // what it should be
}

func (e *RefError) Error() string { return fmt.Sprintf("%.200q names no plugin; %s", e.Ref, e.Hint) }

// NotFoundError says that no store has a plugin.
type NotFoundError struct {
	Ref       string   // what was asked for
	Nearest   string   // an installed name that it may be a misspelling of, or ""
	Versions  []string // the versions of that very name that there are, the newest first
	Platforms []string // the systems that it is there for, where this one is not among them
	Stores    []string // the folders searched
}

func (e *NotFoundError) Error() string {
	name, _, _ := strings.Cut(e.Ref, "@")
	switch {
	case len(e.Versions) > 0:
		return fmt.Sprintf("there is no plugin %s; of %s there is %s", e.Ref, name, strings.Join(e.Versions, ", "))
	case len(e.Platforms) > 0:
		return fmt.Sprintf("the plugin %s is there for %s, but not for this system, %s; compile it here",
			e.Ref, strings.Join(e.Platforms, ", "), Platform)
	}
	message := fmt.Sprintf("there is no plugin %s", e.Ref)
	if e.Nearest != "" {
		message += fmt.Sprintf("; did you mean %s?", e.Nearest)
	}
	return message + "\nsearched: " + strings.Join(e.Stores, ", ")
}

// DamagedError says that a plugin in a store is not what was installed, or is
// none that this version of optc can use.
type DamagedError struct {
	Ref   string // NAME@VERSION
	File  string // the path of the file
	Why   string // what is wrong with the file, which it names
	Sound string // another NAME@VERSION in the store, which Find found usable, or ""
}

func (e *DamagedError) Error() string {
	message := fmt.Sprintf("the plugin %s can't be used: in %s, %s; install the plugin again, or remove it",
		e.Ref, filepath.Dir(e.File), e.Why)
	if e.Sound != "" {
		message += ", or ask for " + e.Sound
	}
	return message
}

func (e *Entry) damaged(file, why string) error {
	return &DamagedError{Ref: e.Ref(), File: filepath.Join(e.Dir, file), Why: file + " " + why}
}

// TakenError says that another rule has the name under which one was to be
// installed.
type TakenError struct {
	Ref    string // NAME@VERSION
	Holder string // what has it: the path of a rule's text, BuiltIn, or "" where that can't be told
	Dir    string // the folder of the plugin that has it
}

func (e *TakenError) Error() string {
	holder := "was compiled from " + e.Holder
	switch e.Holder {
	case BuiltIn:
		holder = "is a built-in rule of optc"
	case "":
		holder = "is damaged, and what it was compiled from can't be told"
	}
	return fmt.Sprintf("%s is taken by another rule: the plugin in %s %s; "+
		"give yours another name or version, or replace that plugin with --force", e.Ref, e.Dir, holder)
}

// RefusedError says that a binary is not the plugin that it was to be.
type RefusedError struct {
	Name string // the rule's name
	Path string // of the binary
	Why  string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s is not installed as plugin %s: %s; compile the rule again", e.Path, e.Name, e.Why)
}
