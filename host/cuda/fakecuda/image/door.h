// door.h is what the stand-in needs of an image of kernels, beside them.
#pragma once

#include <cstddef>

extern "C" {
typedef void fake_kernel(); // of some type

extern const std::size_t fake_argument_bytes; // of the one argument that all kernels have

// fake_run runs a kernel once for each block of a grid.
void fake_run(fake_kernel *kernel, long long grid, const void *argument);
}
