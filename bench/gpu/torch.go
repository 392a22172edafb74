package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strconv"
)

// torch runs the script that measures PyTorch, where python3 has it.
func (c *speedCmd) torch(ctx context.Context, out io.Writer) error {
	if c.Torch == "" {
		return nil
	}
	if text, err := exec.CommandContext(ctx, "python3", "-c", "import torch").CombinedOutput(); err != nil {
		lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
		fmt.Fprintf(out, "\nPyTorch is not measured: python3 has none (%v; %s)\n", err, lines[len(lines)-1])
		return nil
	}
	fmt.Fprintln(out)
	command := exec.CommandContext(ctx, "python3", c.Torch, strconv.Itoa(c.Elements), strconv.Itoa(c.Rounds))
	command.Stdout, command.Stderr = out, out
	if err := command.Run(); err != nil {
		return fmt.Errorf("%s: %w", c.Torch, err)
	}
	return nil
}
