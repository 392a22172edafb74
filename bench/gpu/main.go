// Command gpu checks and measures the engine for NVIDIA GPUs on a machine that has
// one, and needs nothing else there: no Go, no network, no CUDA toolkit. It is
// built, and the kernels are compiled, by bench/gpu.sh.
//
//	gpu pack DIR       compiles the kernels of every rule into a folder (NVRTC or nvcc)
//	gpu conform DIR    holds every rule on the GPU to every clause of the suite
//	gpu speed DIR      measures steps, and PyTorch's where python3 has it
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/alecthomas/kong"
)

type commandLine struct {
	Pack    packCmd    `cmd:"" help:"Compile the kernels of every rule into a folder."`
	Conform conformCmd `cmd:"" help:"Hold every rule on the GPU to every clause."`
	Speed   speedCmd   `cmd:"" help:"Measure steps on the GPU."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "gpu:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, args []string) error {
	var line commandLine
	left := false
	parser, err := kong.New(&line, kong.Name("gpu"), kong.Writers(out, os.Stderr), kong.Exit(func(int) { left = true }))
	if err != nil {
		return err
	}
	command, err := parser.Parse(args)
	if left {
		return nil
	}
	if err != nil {
		return err
	}
	command.BindTo(ctx, (*context.Context)(nil))
	command.BindTo(out, (*io.Writer)(nil))
	return errors.Join(command.Run())
}
