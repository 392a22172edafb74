package main

import (
	"errors"
	"fmt"
	"regexp"
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
	return negatives(args)
}

var (
	flagAlone = regexp.MustCompile(`^--[a-z][a-z-]*$`)
	negative  = regexp.MustCompile(`^-\.?[0-9]`)
)

// negatives makes --FLAG -1 one word, --FLAG=-1: no flag of optc begins as a
// negative number does, so it is the value of the flag before it.
func negatives(args []string) []string {
	var words []string
	for _, word := range args {
		if last := len(words) - 1; last >= 0 && negative.MatchString(word) && flagAlone.MatchString(words[last]) {
			words[last] += "=" + word
			continue
		}
		words = append(words, word)
	}
	return words
}

// rewordings say in the user's words what kong says in its own.
var rewordings = []struct {
	kong *regexp.Regexp
	ours string
}{
	{regexp.MustCompile(`^(--\S+): expected .* but got "EOL".*$`), "$1 needs a value"},
	{regexp.MustCompile(`^(--\S+): expected .* but got "(-\S*)" \((?:short|long) flag\).*$`), "$1 needs a value, and $2 comes after it"},
	{regexp.MustCompile(`^(--\S+): expected a valid \d+ bit int but got (".*")$`), "$1 must be a whole number below 2^63, not $2"},
	{regexp.MustCompile(`^(--\S+): expected a valid \d+ bit uint but got (".*")$`), "$1 must be a whole number from 0 on and below 2^64, not $2"},
	{regexp.MustCompile(`^(--\S+): expected a float but got (".*") \(string\)$`), "$1 must be a number, not $2"},
	{regexp.MustCompile(`^(--\S+): expected duration but got (".*"): .*$`), "$1 must be a time such as 500ms, 30s or 5m, not $2"},
	{regexp.MustCompile(`^unknown flag (-\.?\d\S*?)(?:,.*)?$`), "$1 belongs to no flag; a value that is set is written with =, as in --set lr=$1"},
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
	for _, r := range rewordings {
		text = r.kong.ReplaceAllString(text, r.ours)
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
