// Command optc compiles update rules to optimizer plugins, and trains with them.
//
// Exit codes: 0 where all went well; 1 where what was asked for failed, a rule
// with errors among it; 2 where the command line is wrong; 130 where Ctrl-C
// ended it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/optc-lang/optc/registry"
)

// Exit codes.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// commandLine is the whole command line; each command is in a file of its own.
type commandLine struct {
	Train   trainCmd   `cmd:"" help:"Train a network with optimizers, by name, and compare them."`
	Compile compileCmd `cmd:"" help:"Compile a rule to a plugin and install it."`
	Check   checkCmd   `cmd:"" help:"Check rules and show what is wrong with them."`
	Fmt     fmtCmd     `cmd:"" help:"Format rules, in ASCII or mathematical notation."`
	Explain explainCmd `cmd:"" help:"Explain the code of an error or a warning."`
	List    listCmd    `cmd:"" help:"List the optimizers that can be loaded by name."`
	Info    infoCmd    `cmd:"" help:"Show an optimizer's hyperparameters, options, states and paper."`
	Trace   traceCmd   `cmd:"" help:"Replay recorded gradients through an optimizer."`
	Serve   serveCmd   `cmd:"" help:"Serve the registry over HTTP on this machine."`
	Version versionCmd `cmd:"" help:"Show the version."`

	PluginDir []string `help:"Search this folder of plugins first; may be repeated." placeholder:"DIR" sep:"none"`
}

// app is what every command works with.
type app struct {
	ctx      context.Context
	in       io.Reader
	out, err io.Writer
	config   registry.Config
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // a second Ctrl-C ends the program at once
		<-ctx.Done()
		stop()
	}()
	a := &app{ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr}
	os.Exit(a.run(os.Args[1:]))
}

// run performs one command line and gives the exit code.
func (a *app) run(args []string) int {
	var line commandLine
	left := false // kong asks to leave, after --help
	parser := kong.Must(&line,
		kong.Name("optc"),
		kong.Description("Optimizers for training neural networks, compiled from their update rules."),
		kong.Writers(a.out, a.err),
		kong.Exit(func(int) { left = true }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, err := parser.Parse(args)
	if left {
		return 0
	}
	if err != nil {
		fmt.Fprintf(a.err, "optc: %v\nsee optc --help\n", err)
		return exitUsage
	}
	a.config.Dirs = line.PluginDir
	return a.exit(command.Run(a))
}

// errShown ends a command whose errors the user has already seen.
var errShown = errors.New("failed")

// exit shows an error and gives its exit code.
func (a *app) exit(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errShown):
		return exitFailed
	case errors.As(err, &usage):
		fmt.Fprintf(a.err, "optc: %v\n", err)
		return exitUsage
	case a.ctx.Err() != nil:
		fmt.Fprintf(a.err, "optc: %v\n", err)
		return exitInterrupted
	}
	fmt.Fprintf(a.err, "optc: %v\n", err)
	return exitFailed
}

// usageError is an error of the command line.
type usageError string

func (e usageError) Error() string { return string(e) }
