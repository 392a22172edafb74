// Command optc compiles update rules to optimizer plugins, and trains with them.
//
// Results go to standard output, and all talk about them to standard error.
//
// Exit codes: 0 where all went well; 1 where what was asked for failed, a rule
// with errors among it; 2 where the command line is wrong, whatever rules,
// plugins and files there are; 130 where Ctrl-C (or SIGTERM) stopped it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"github.com/optc-lang/optc/internal/cause"
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
	Conform conformCmd `cmd:"" help:"Hold an optimizer to the specification, clause by clause."`
	Bench   benchCmd   `cmd:"" help:"Measure how fast optimizers step, against what the machine's memory allows."`
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
	args     []string // the command line, without the program's name
	folders  []string // temporary ones, deleted at the end
	pathTold bool     // that OPTC_PLUGIN_PATH has folders which are not there
}

// sameSignal is how long after a signal another one is taken for its echo: who
// sends one to a process group may reach a process twice.
const sameSignal = time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // a second Ctrl-C ends the program at once; the same one may come twice
		<-ctx.Done()
		time.Sleep(sameSignal)
		stop()
	}()
	a := &app{ctx: ctx, in: os.Stdin, out: os.Stdout, err: os.Stderr}
	os.Exit(a.run(os.Args[1:]))
}

// run performs one command line and gives the exit code.
func (a *app) run(args []string) (code int) {
	a.args = args
	results := &checkedWriter{w: a.out}
	a.out = results
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(a.err, "optc: this is a fault of optc; please report it with the command and what follows: %v\n%s", p, debug.Stack())
			code = exitFailed
		}
		code = a.close(code, results.failed)
	}()
	return a.perform(habits(args))
}

// close deletes temporary folders, and reports results that got lost.
func (a *app) close(code int, lost error) int {
	for _, folder := range a.folders {
		if err := os.RemoveAll(folder); err != nil {
			fmt.Fprintf(a.err, "optc: temporary files are left in %s; delete them: %v\n", folder, cause.Of(err))
		}
	}
	if lost != nil && code == 0 {
		fmt.Fprintf(a.err, "optc: the results can't be written to standard output: %v\n", cause.Of(lost))
		return exitFailed
	}
	return code
}

func (a *app) perform(args []string) int {
	var line commandLine
	left := false // kong asks to leave, after --help
	parser := kong.Must(&line,
		kong.Name("optc"),
		kong.Description("Optimizers for training neural networks, compiled from their update rules."),
		kong.Writers(a.out, a.err),
		kong.Exit(func(int) { left = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	command, err := parser.Parse(args)
	if left {
		return 0
	}
	if err != nil {
		fmt.Fprintln(a.err, misread(err))
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
	case errors.As(err, &usage):
		fmt.Fprintf(a.err, "optc: %v\n", err)
		return exitUsage
	default:
		fmt.Fprintf(a.err, "optc: %v\n", err)
	}
	if a.ctx.Err() != nil {
		return exitInterrupted
	}
	return exitFailed
}
