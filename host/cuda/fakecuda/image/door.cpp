// The door of an image with a rule's CUDA source.
#include "door.h"
#include "optc.h"

// A Run has the same fields and goes by the same way for every type of element.
using Argument = optc::Run<float>;

extern const std::size_t fake_argument_bytes = sizeof(Argument);

void fake_run(fake_kernel *kernel, long long grid, const void *argument) {
  const auto run = reinterpret_cast<void (*)(Argument)>(kernel);
  optc::the_grid = grid;
  for (optc::the_block = 0; optc::the_block < grid; optc::the_block++) {
    run(*static_cast<const Argument *>(argument));
  }
}
