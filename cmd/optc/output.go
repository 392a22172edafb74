package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/mattn/go-isatty"
)

// checkedWriter keeps the first error of a writer, so that results that could
// not be written are not taken for written.
type checkedWriter struct {
	w      io.Writer
	failed error
}

func (c *checkedWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	if err != nil && c.failed == nil {
		c.failed = err
	}
	return n, err
}

func (a *app) printJSON(v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s\n", text)
	return err
}

// color tells whether standard error is a terminal that shows colors.
func (a *app) color() bool { return showsColor(a.err) }

// colorOut tells whether standard output is.
func (a *app) colorOut() bool {
	out := a.out
	if results, ok := out.(*checkedWriter); ok {
		out = results.w
	}
	return showsColor(out)
}

func showsColor(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd()) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// show shows an error that does not end the command at once.
func (a *app) show(err error) error {
	if err != errShown {
		fmt.Fprintf(a.err, "optc: %v\n", err)
	}
	return errShown
}
