// optc.h is what the CUDA source of a rule needs: arithmetic whose bits are the
// same everywhere, the tables of a launch, and the little that differs between
// compilers. A rule's .cu is compiled unchanged by
//
//	nvcc, NVRTC     --fmad=false, never --use_fast_math
//	clang           -x cuda -nocudainc -nocudalib -ffp-contract=off
//	g++, clang++    -x c++ -std=c++17 -ffp-contract=off, for the processor
//
// On a processor a launch is a loop over the blocks of its grid, and a block has
// one thread.
#pragma once

#if defined(__FAST_MATH__)
#error "optc: -ffast-math changes the bits; compile without it"
#endif

#if defined(__clang__) && defined(__CUDA__)
#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __launch_bounds__(n, m) __attribute__((launch_bounds(n, m)))
#elif !defined(__CUDACC__)
#define OPTC_CPU 1 // plain C++
#define __host__
#define __device__
#define __global__
#define __launch_bounds__(n, m)
#endif

// OPTC_HOST: there is a host's side beside the kernels.
#if !defined(__CUDACC_RTC__)
#define OPTC_HOST 1
#endif

// OPTC_UNROLL: the next loop has no jumps on a GPU, so that packs stay in registers.
#if defined(OPTC_CPU)
#define OPTC_UNROLL
#else
#define OPTC_UNROLL _Pragma("unroll")
#endif

#define OPTC_BOTH __host__ __device__ inline
#define OPTC_DEVICE __device__ inline
// With 1 the compiler may use so many registers that one block fills a
// multiprocessor; without it, it spills some so that another block fits.
#define OPTC_KERNEL extern "C" __global__ void __launch_bounds__(256, 1)

namespace optc {

// Each operation is rounded once, to nearest even, and fused with no other.
#if !defined(__CUDA_ARCH__)
OPTC_BOTH float add(float x, float y) { return x + y; }
OPTC_BOTH float sub(float x, float y) { return x - y; }
OPTC_BOTH float mul(float x, float y) { return x * y; }
OPTC_BOTH float div(float x, float y) { return x / y; }
OPTC_BOTH float root(float x) { return __builtin_sqrtf(x); }
OPTC_BOTH double add(double x, double y) { return x + y; }
OPTC_BOTH double sub(double x, double y) { return x - y; }
OPTC_BOTH double mul(double x, double y) { return x * y; }
OPTC_BOTH double div(double x, double y) { return x / y; }
OPTC_BOTH double root(double x) { return __builtin_sqrt(x); }
#elif defined(__clang__)
OPTC_BOTH float add(float x, float y) { return __nvvm_add_rn_f(x, y); }
OPTC_BOTH float sub(float x, float y) { return __nvvm_add_rn_f(x, -y); }
OPTC_BOTH float mul(float x, float y) { return __nvvm_mul_rn_f(x, y); }
OPTC_BOTH float div(float x, float y) { return __nvvm_div_rn_f(x, y); }
OPTC_BOTH float root(float x) { return __nvvm_sqrt_rn_f(x); }
OPTC_BOTH double add(double x, double y) { return __nvvm_add_rn_d(x, y); }
OPTC_BOTH double sub(double x, double y) { return __nvvm_add_rn_d(x, -y); }
OPTC_BOTH double mul(double x, double y) { return __nvvm_mul_rn_d(x, y); }
OPTC_BOTH double div(double x, double y) { return __nvvm_div_rn_d(x, y); }
OPTC_BOTH double root(double x) { return __nvvm_sqrt_rn_d(x); }
#else
OPTC_BOTH float add(float x, float y) { return __fadd_rn(x, y); }
OPTC_BOTH float sub(float x, float y) { return __fsub_rn(x, y); }
OPTC_BOTH float mul(float x, float y) { return __fmul_rn(x, y); }
OPTC_BOTH float div(float x, float y) { return __fdiv_rn(x, y); }
OPTC_BOTH float root(float x) { return __fsqrt_rn(x); }
OPTC_BOTH double add(double x, double y) { return __dadd_rn(x, y); }
OPTC_BOTH double sub(double x, double y) { return __dsub_rn(x, y); }
OPTC_BOTH double mul(double x, double y) { return __dmul_rn(x, y); }
OPTC_BOTH double div(double x, double y) { return __ddiv_rn(x, y); }
OPTC_BOTH double root(double x) { return __dsqrt_rn(x); }
#endif

// max is x where x > y or x is NaN, else y; min is its mirror.
template <class T> OPTC_BOTH T max(T x, T y) { return x > y || x != x ? x : y; }
template <class T> OPTC_BOTH T min(T x, T y) { return x < y || x != x ? x : y; }

// sign is 1 where x > 0, -1 where x < 0, else x itself.
template <class T> OPTC_BOTH T sign(T x) { return x > 0 ? T(1) : x < 0 ? T(-1) : x; }

// magnitude is x without its sign bit; of a zero it is 0 - 0 or 0 - -0, +0.
template <class T> OPTC_BOTH T magnitude(T x) { return x > 0 ? x : sub(T(0), x); }

template <class T> OPTC_BOTH T select(bool c, T x, T y) { return c ? x : y; }

// The bits of a double, and a double of bits, such as those of the special ones.
union Bits {
  double x;
  unsigned long long bits;
};
OPTC_BOTH unsigned long long to_bits(double x) {
  Bits b;
  b.x = x;
  return b.bits;
}
OPTC_BOTH double from_bits(unsigned long long bits) {
  Bits b;
  b.bits = bits;
  return b.x;
}
OPTC_BOTH double infinity() { return from_bits(0x7ff0000000000000); }
OPTC_BOTH double not_a_number() { return from_bits(0x7ff8000000000000); }

// with_sign is a number of x's size and y's sign.
OPTC_BOTH double with_sign(double x, double y) {
  const unsigned long long sign_bit = 1ull << 63;
  return from_bits((to_bits(x) & ~sign_bit) | (to_bits(y) & sign_bit));
}

// chain is x to the whole power n >= 0, by the squares and products that take n's
// binary digits from the highest down.
OPTC_BOTH double chain(double x, double n) {
  int squares = 0;
  for (; n >= 9007199254740992.0; n /= 2) { // 2^53; such a number is even
    squares++;
  }
  const unsigned long long digits = static_cast<unsigned long long>(n);
  if (digits == 0) {
    return 1;
  }
  int i = 63;
  while (digits >> i == 0) {
    i--;
  }
  double r = x;
  while (--i >= 0) {
    r = mul(r, r);
    if (digits >> i & 1) {
      r = mul(r, x);
    }
  }
  while (squares-- > 0) {
    r = mul(r, r);
  }
  return r;
}

// powint is x to the whole power n, and NaN where n is no finite number.
OPTC_BOTH double powint(double x, double n) {
  const double nan_or_0 = n - n;
  if (nan_or_0 != 0) {
    return nan_or_0;
  }
  return n < 0 ? div(1.0, chain(x, -n)) : chain(x, n);
}

// A thread's place in its block, and a block's in the grid.
#if defined(OPTC_CPU)
inline thread_local long long the_block = 0, the_grid = 1;
inline long long thread() { return 0; }
inline long long threads() { return 1; }
inline long long block() { return the_block; }
inline long long grid() { return the_grid; }
inline void barrier() {}
#elif defined(__clang__)
OPTC_DEVICE long long thread() { return __nvvm_read_ptx_sreg_tid_x(); }
OPTC_DEVICE long long threads() { return __nvvm_read_ptx_sreg_ntid_x(); }
OPTC_DEVICE long long block() { return __nvvm_read_ptx_sreg_ctaid_x(); }
OPTC_DEVICE long long grid() { return __nvvm_read_ptx_sreg_nctaid_x(); }
OPTC_DEVICE void barrier() { __syncthreads(); }
#else
OPTC_DEVICE long long thread() { return threadIdx.x; }
OPTC_DEVICE long long threads() { return blockDim.x; }
OPTC_DEVICE long long block() { return blockIdx.x; }
OPTC_DEVICE long long grid() { return gridDim.x; }
OPTC_DEVICE void barrier() { __syncthreads(); }
#endif

// Part is a tensor of a step, or a part of one that begins at a multiple of 1024
// elements. A tensor that a step leaves alone has none. Counts and indices are
// of elements, from 0.
struct Part {
  long long first;  // index of its first element in θ, g and each buffer; a multiple of 16 bytes
  long long length; // elements
  long long offset; // index of its first element in its tensor
  long long total;  // elements of its tensor
  long long leaf;   // index among the blocks of 1024 elements of all parts; see Run.lanes
  int tensor;       // index of its tensor in the run
  int instant;       // index in Run.instant
};

// Instant is what the scalars of a step depend on. Tensors that have the same
// hyperparameters and the same t share one.
struct Instant {
  long long t;     // the step, from 1
  long long hyper; // index in Run.hyper of the first hyperparameter; they follow in the manifest's order
};

// Run is what the kernels of a step are given. θ, g and the buffers of the states
// are flat: all tensors one after another, at the same places in each.
template <class T> struct Run {
  T *theta;               // aligned to 16 bytes, as are the next three
  const T *grad;          // only read
  T *state;               // the first buffer
  long long stride;       // elements from the start of a buffer to the next one's
  const Part *part;       // all parts of a tensor one after another
  long long parts;        //
  const double *hyper;    // hyperparameters, of one group after another
  const Instant *instant;   // of all parts
  long long instants;      //
  void *scalars;          // the variant's Scalars, one for each instant; prepare writes them
  void *reduced;          // the variant's Reduced, one for each tensor of the run; rules with reductions only
  double *lanes;          // 8 numbers for each leaf, once for each of Sizes.reductions; the same
  long long leaves;       // of all parts
  const float *found_inf; // where it is not 0, the kernels do nothing; may be null
  unsigned long long seed; // of the run's random numbers

  OPTC_DEVICE T *buffer(int index) const { return state + index * stride; }
  OPTC_DEVICE bool stopped() const { return found_inf != nullptr && *found_inf != 0; }
  OPTC_DEVICE double *lane(int reduction, long long leaf) const { return lanes + (reduction * leaves + leaf) * 8; }
};

// Sizes is what a host allocates by: bytes of a Scalars and of a Reduced, and the
// reductions that need lanes at the same time.
struct Sizes {
  long long scalars, reduced, reductions;
};

// Pack is 16 bytes of a tensor.
template <class T> struct alignas(16) Pack {
  static constexpr int size = 16 / sizeof(T);
  T at[size];
  OPTC_DEVICE T &operator[](int k) { return at[k]; }
  OPTC_DEVICE const T &operator[](int k) const { return at[k]; }
};

// load reads a pack, or as much of one as there is: n elements, and then zeros.
template <class T> OPTC_DEVICE Pack<T> load(const T *from, long long n) {
  if (n >= Pack<T>::size) {
    return *reinterpret_cast<const Pack<T> *>(from);
  }
  Pack<T> p;
  OPTC_UNROLL
  for (int k = 0; k < Pack<T>::size; k++) {
    p[k] = k < n ? from[k] : T(0);
  }
  return p;
}

// store writes a pack, or its first n elements.
template <class T> OPTC_DEVICE void store(T *to, long long n, const Pack<T> &p) {
  if (n >= Pack<T>::size) {
    *reinterpret_cast<Pack<T> *>(to) = p;
    return;
  }
  OPTC_UNROLL
  for (int k = 0; k < Pack<T>::size; k++) {
    if (k < n) {
      to[k] = p[k];
    }
  }
}

// leaf_size is the elements of a leaf of the tree by which a reduction adds, and
// leaves their number for n elements.
constexpr long long leaf_size = 1024;
OPTC_BOTH long long leaves(long long n) { return (n + leaf_size - 1) / leaf_size; }

// tree_sum adds the lanes of n leaves: those of a leaf in their order, and leaves
// in pairs of neighbours, level by level. All threads of a block call it; the
// lanes are lost, and thread 0 has the sum.
OPTC_DEVICE double tree_sum(double *lanes, long long n) {
  for (long long i = thread(); i < n; i += threads()) {
    double *l = lanes + 8 * i;
    l[0] = add(add(add(l[0], l[4]), add(l[2], l[6])), add(add(l[1], l[5]), add(l[3], l[7])));
  }
  barrier();
  for (long long step = 1; step < n; step *= 2) {
    for (long long i = 2 * step * thread(); i + step < n; i += 2 * step * threads()) {
      lanes[8 * i] = add(lanes[8 * i], lanes[8 * (i + step)]);
    }
    barrier();
  }
  return n == 0 ? 0.0 : lanes[0];
}

// tree_max is the greatest of the lanes of n leaves, and NaN where one is NaN.
OPTC_DEVICE double tree_max(double *lanes, long long n) {
  for (long long step = 1; step < 8 * n; step *= 2) {
    for (long long i = 2 * step * thread(); i + step < 8 * n; i += 2 * step * threads()) {
      lanes[i] = max(lanes[i], lanes[i + step]);
    }
    barrier();
  }
  return n == 0 ? 0.0 : lanes[0];
}

// lag_buffer is the buffer, of n that begin with first, with a state's value of
// lag steps before step t.
OPTC_BOTH int lag_buffer(int first, long long t, int lag, int n) { return first + static_cast<int>((t + n - lag) % n); }

#if defined(OPTC_CPU)
// launch runs kernels one after another, each with a block for each part.
template <class T, class... Kernels> void launch(const Run<T> &run, Kernels... kernels) {
  const auto all_blocks = [&run](void (*kernel)(Run<T>)) {
    the_grid = run.parts;
    for (the_block = 0; the_block < the_grid; the_block++) {
      kernel(run);
    }
  };
  (all_blocks(kernels), ...);
}
#endif

} // namespace optc
