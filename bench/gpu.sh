#!/bin/sh
# Checks and measures optc on an NVIDIA GPU.
#
#   bench/gpu.sh build DIR    builds into DIR all that is needed (Go; NVRTC or nvcc, see README)
#   DIR/gpu.sh run            on a machine with a GPU: conformance, and one table of speeds;
#                             it takes 24 GB there and in the GPU, or less by --elements N
#
# DIR can be carried to another machine (Linux on x86-64): it needs no Go, no network
# and no CUDA toolkit there, only the driver. PyTorch is measured where python3 has it.
set -eu

case "${1-}" in
build)
  dir=${2:?name the folder to build into}
  mkdir -p "$dir"
  CGO_ENABLED=0 GOOS=linux GOARCH=amd64 go build -trimpath -ldflags=-s -o "$dir/gpu" ./bench/gpu
  go run ./bench/gpu pack "$dir/kernels"
  cp bench/gpu.sh bench/gpu/torch.py "$dir/"
  du -sh "$dir"
  ;;
run)
  here=$(cd "$(dirname "$0")" && pwd)
  shift
  "$here/gpu" conform "$here/kernels"
  "$here/gpu" speed "$here/kernels" --torch "$here/torch.py" "$@"
  ;;
*)
  sed -n '2,10s/^# \{0,1\}//p' "$0"
  exit 2
  ;;
esac
