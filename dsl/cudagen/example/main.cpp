// A C++ program that trains by a rule's CUDA source, here on the processor: it
// fits a line to points by positive-negative momentum. In the repository's root:
//
//	g++ -std=c++17 -O2 -ffp-contract=off -Idsl/cudagen -o line dsl/cudagen/example/main.cpp -x c++ plugins/pnm/zpnm.cu
//	./line
//
// For a GPU, compile the same zpnm.cu with nvcc --fmad=false, copy what run points
// to to the device, and launch the kernels prepare, begin (where a tensor's t is
// 1) and step, in one stream, instead of calling pnm_decay_decoupled_f32.
#include <cstdio>
#include <vector>

#include "optc.h"

// What zpnm.cu has for the choice decay = decoupled.
extern "C" void pnm_decay_decoupled_sizes(optc::Sizes *sizes);
extern "C" void pnm_decay_decoupled_f32(const optc::Run<float> *run);

// Two tensors, of three weights and of one bias, each from a multiple of 16 bytes.
constexpr int weights = 3, bias_at = 4, region = 8;

struct alignas(16) Memory {
  float theta[region], grad[region], state[2 * region]; // pnm keeps two buffers
};

// The loss is the mean of the squared errors, over four points of w = (2, -3, 0.5), b = 1.
static float loss_and_gradient(Memory &memory) {
  const float points[4][weights + 1] = {{1, 0, 0, 3}, {0, 1, 0, -2}, {0, 0, 1, 1.5f}, {1, 1, 1, 0.5f}};
  float loss = 0;
  for (float &g : memory.grad) {
    g = 0;
  }
  for (const auto &point : points) {
    float error = memory.theta[bias_at] - point[weights];
    for (int i = 0; i < weights; i++) {
      error += memory.theta[i] * point[i];
    }
    for (int i = 0; i < weights; i++) {
      memory.grad[i] += 0.5f * error * point[i];
    }
    memory.grad[bias_at] += 0.5f * error;
    loss += 0.25f * error * error;
  }
  return loss;
}

int main() {
  Memory memory = {};
  optc::Sizes sizes;
  pnm_decay_decoupled_sizes(&sizes);
  std::vector<double> scalars(sizes.scalars / sizeof(double) + 1); // of one instant, which both tensors share
  const double hyper[] = {0.1, 0.9, 1, 0}; // lr, beta1, beta0, lambda: the rule's order
  optc::Instant instant = {};

  optc::Part parts[2] = {};
  parts[0].length = parts[0].total = weights;
  parts[1].first = bias_at;
  parts[1].length = parts[1].total = 1;
  parts[1].tensor = 1;

  optc::Run<float> run = {};
  run.theta = memory.theta;
  run.grad = memory.grad;
  run.state = memory.state;
  run.stride = region;
  run.part = parts;
  run.parts = 2;
  run.hyper = hyper;
  run.instant = &instant;
  run.instants = 1;
  run.scalars = scalars.data();

  const int steps = 2000;
  for (int t = 1; t <= steps; t++) {
    const float loss = loss_and_gradient(memory);
    if (t == 1 || t == steps) {
      std::printf("step %d: loss %g\n", t, loss);
    }
    instant.t = t;
    pnm_decay_decoupled_f32(&run);
  }
  std::printf("w = (%.3f, %.3f, %.3f), b = %.3f\n", memory.theta[0], memory.theta[1], memory.theta[2], memory.theta[bias_at]);

  // A step whose gradients overflowed is left out by a flag that may be on the GPU.
  const float found_inf = 1, before = memory.theta[0];
  run.found_inf = &found_inf;
  memory.grad[0] = 1e30f;
  pnm_decay_decoupled_f32(&run);
  std::printf("with found_inf: %s\n", memory.theta[0] == before ? "unchanged" : "changed");
}
