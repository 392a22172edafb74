package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// habits turns what people type by habit into what optc calls it: nothing at
// all, help, help COMMAND, and --version.
func habits(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return append([]string{"version"}, args[1:]...)
	}
	return args
}

// misread says why a command line can't be understood, and where to read on.
func misread(err error) string {
	text, command := err.Error(), "optc"
	var parse *kong.ParseError
	if errors.As(err, &parse) && parse.Context.Selected() != nil {
		command += " " + parse.Context.Selected().Name
	}
	if missing, ok := strings.CutPrefix(text, "expected "); ok && !strings.HasPrefix(missing, "one of") {
		text = "missing argument " + strings.Trim(missing, `"`)
	} else if ok {
		text = "missing command, " + missing
	}
	if command == "optc" {
		text = strings.Replace(text, "unexpected argument", "unknown command", 1)
	}
	return fmt.Sprintf("optc: %s\nsee %s --help", text, command)
}

// usageError is an error of the command line.
type usageError string

func (e usageError) Error() string { return string(e) }

// usagef makes a usageError.
func usagef(format string, args ...any) error { return usageError(fmt.Sprintf(format, args...)) }
