package main

import (
	"strconv"
	"strings"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/registry/abi"
)

// deviceIndex reads "cuda" or "cuda:N".
func deviceIndex(device string) (int, error) {
	kind, number, numbered := strings.Cut(device, ":")
	index, err := strconv.Atoi(number)
	if kind != "cuda" || numbered && (err != nil || index < 0) {
		return 0, usagef("--device %s: it is cpu, cuda, or cuda:N with the index of a GPU, from 0", device)
	}
	return index, nil
}

// onDevice is an optimizer that steps on a GPU, by the kernels that its plugin
// carries. That there is the GPU is known before anything is compiled.
func onDevice(a *app, device, ref string) (candidate, error) {
	index, err := deviceIndex(device)
	if err != nil {
		return candidate{}, err
	}
	if _, err := cuda.Find(index); err != nil {
		return candidate{}, err
	}
	entry, err := a.pluginFor(ref, abi.TargetCUDA)
	if err != nil {
		return candidate{}, err
	}
	kernels, err := host.Kernels(entry)
	if err != nil {
		return candidate{}, err
	}
	open := func() (host.Engine, error) { return cuda.Open(index, entry.Manifest, kernels) }
	return candidate{labelOf(entry, ref), entry.Manifest, open}, nil
}
