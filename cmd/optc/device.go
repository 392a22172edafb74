package main

import (
	"strconv"
	"strings"

	"github.com/optc-lang/optc/host"
	"github.com/optc-lang/optc/host/cuda"
	"github.com/optc-lang/optc/registry"
	"github.com/optc-lang/optc/registry/abi"
	"github.com/optc-lang/optc/spec"
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
// carries.
func onDevice(a *app, device, ref string) (candidate, error) {
	index, err := deviceIndex(device)
	if err != nil {
		return candidate{}, err
	}
	entry, kernels, err := a.kernelsFor(index, ref)
	if err != nil {
		return candidate{}, err
	}
	open := func() (host.Engine, error) { return cuda.Open(index, entry.Manifest, kernels) }
	return candidate{labelOf(entry, ref), entry.Manifest, open}, nil
}

// onGPU is an optimizer's kernels on the first GPU, as the suite looks at them.
func onGPU(a *app, ref string) (spec.Engine, error) {
	entry, kernels, err := a.kernelsFor(0, ref)
	if err != nil {
		return spec.Engine{}, err
	}
	source, err := entry.Source()
	if err != nil {
		return spec.Engine{}, err
	}
	return spec.Engine{Name: "cuda", Source: source, Open: func() (host.Engine, error) {
		e, err := cuda.Open(0, entry.Manifest, kernels)
		if err != nil {
			return nil, err
		}
		return cuda.Mirrored(e), nil
	}}, nil
}

// kernelsFor are an optimizer's kernels for the GPU of an index, which is known to
// be there before anything is compiled.
func (a *app) kernelsFor(index int, ref string) (*registry.Entry, *abi.CUDA, error) {
	if _, err := cuda.Find(index); err != nil {
		return nil, nil, err
	}
	entry, err := a.pluginFor(ref, abi.TargetCUDA)
	if err != nil {
		return nil, nil, err
	}
	kernels, err := host.Kernels(entry)
	return entry, kernels, err
}
