// block runs the kernels of lamb as a GPU does, with blocks of threads that run at
// the same time and meet at barriers, and says whether they compute what one thread
// does. It compiles what a GPU's compiler sees of the source, and not what optc.h
// has for a processor.
//
//	g++ -std=c++20 -O1 -ffp-contract=off -Wno-unknown-pragmas -pthread -I. -Idsl/cudagen dsl/cudagen/testdata/block.cpp
#include <barrier>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

struct Index {
  unsigned x;
};
static thread_local Index threadIdx, blockIdx;
static Index blockDim, gridDim;
static std::barrier<> *meeting;
static void __syncthreads() { meeting->arrive_and_wait(); }

#define __CUDACC__
#define __host__
#define __device__
#define __global__
#define __launch_bounds__(threads, blocks)
#include "plugins/lamb/zlamb.cu"

using Kernel = void(optc::Run<float>);

static void launch(Kernel *kernel, unsigned blocks, unsigned threads, const optc::Run<float> &run) {
  blockDim = {threads}, gridDim = {blocks};
  for (unsigned b = 0; b < blocks; b++) {
    std::barrier<> here(threads);
    meeting = &here;
    std::vector<std::jthread> all;
    for (unsigned t = 0; t < threads; t++) {
      all.emplace_back([=] {
        blockIdx = {b}, threadIdx = {t};
        kernel(run);
      });
    }
  }
}

// train is θ and the states after some steps of tensors of one part and of several.
static std::vector<float> train(unsigned blocks, unsigned threads) {
  const std::vector<long long> lengths = {40000, 3, 1025, 16385, 7 * 1024};
  std::vector<optc::Part> parts;
  long long elements = 0, leaf = 0;
  for (int i = 0; i < int(lengths.size()); i++) {
    for (long long offset = 0; offset < lengths[i]; offset += 1 << 14) {
      const long long length = std::min(1ll << 14, lengths[i] - offset);
      parts.push_back({elements + offset, length, offset, lengths[i], leaf, i, i % 2});
      leaf += optc::leaves(length);
    }
    elements += (lengths[i] + 15) / 16 * 16;
  }
  std::vector<optc::Pack<float>> memory(elements); // θ, g, m and v, at 4 elements a pack
  float *theta = &memory[0][0];
  for (long long i = 0; i < 2 * elements; i++) {
    theta[i] = float(i * 7919 % 1013) / 500 - 1;
  }
  const double hyper[] = {0.1, 0.9, 0.999, 1e-6, 0.01, 0, 10};
  std::vector<optc::Instant> instants = {{1, 0}, {8, 0}};
  optc::Sizes sizes;
  lamb_follow_paper_phi_identity_sizes(&sizes);
  std::vector<double> scalars(sizes.scalars * instants.size()), reduced(sizes.reduced * lengths.size()), lanes(8 * leaf * sizes.reductions);
  const optc::Run<float> run = {theta, theta + elements, theta + 2 * elements, elements, parts.data(), (long long)(parts.size()),
                                hyper, instants.data(), (long long)(instants.size()), scalars.data(), reduced.data(), lanes.data(), leaf, nullptr, 0};
  for (int step = 0; step < 3; step++) {
    for (Kernel *kernel : {lamb_follow_paper_phi_identity_prepare_f32, lamb_follow_paper_phi_identity_begin_f32, lamb_follow_paper_phi_identity_reduce1_f32,
                           lamb_follow_paper_phi_identity_combine1_f32, lamb_follow_paper_phi_identity_step_f32}) {
      launch(kernel, blocks, threads, run);
    }
    for (optc::Instant &m : instants) {
      m.t++;
    }
  }
  return std::vector<float>(theta, theta + 4 * elements);
}

int main() {
  const std::vector<float> want = train(1, 1);
  for (const auto &[blocks, threads] : {std::pair{1u, 256u}, {5u, 256u}, {3u, 37u}}) {
    std::printf("%u blocks of %u threads: %s\n", blocks, threads, train(blocks, threads) == want ? "the same" : "other bits");
  }
}
