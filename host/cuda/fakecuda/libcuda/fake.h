// fake.h is what the files of the stand-in share: the machine that it pretends to
// be, its contexts and streams, and the frame of every function.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <vector>

#include "cuda.h"

#define FAKE extern "C" CUresult

namespace fake {

// Machine is what the variable FAKECUDA says, in words such as devices=2.
struct Machine {
  long long devices = 1;
  long long memory = 1ll << 30; // bytes of each device
  long long arch = 90;          // compute capability: 90 is 9.0
  long long multiprocessors = 4;
  long long version = 13000;    // of CUDA
  long long failing_launch = 0; // the kernel, counted from 1, that goes outside its memory
};

// Counts are of what was done since cuInit.
struct Counts {
  std::int64_t launches;              // of kernels, those in graphs too
  std::int64_t copied_in, copied_out; // bytes
};

// Object is what a handle points to. It goes when its context does.
struct Object {
  CUcontext context = nullptr; // of a context none
  virtual ~Object() = default;
};

// Allocation is memory of a device, with zones around it that no one may write.
struct Allocation {
  CUcontext context;
  std::size_t bytes;
};

// Pinned is memory of the host.
struct Pinned {
  std::size_t bytes;
  CUcontext context;
};

struct State {
  std::mutex mutex;
  bool initialised = false;
  Machine machine;
  Counts counts{};
  std::set<Object *> live;
  std::map<int, CUcontext> primary; // by device
  std::map<CUdeviceptr, Allocation> memory;
  std::map<std::uintptr_t, Pinned> pinned;
};

// The library's own: as inline variables, all stand-ins in a process would share them.
extern State state;
extern thread_local CUcontext current_context;     // on this thread, or none
extern thread_local CUstream capturing;           // by this thread, or none

inline void need(bool condition, CUresult otherwise) {
  if (!condition) {
    throw otherwise;
  }
}

// frame is around the body of every function of the driver.
template <class Body> CUresult frame(Body body) noexcept {
  const std::lock_guard<std::mutex> lock(state.mutex);
  try {
    need(state.initialised, CUDA_ERROR_NOT_INITIALIZED);
    body();
    return CUDA_SUCCESS;
  } catch (CUresult code) {
    return code;
  }
}

// current is the context of this thread; it throws where there is none, or where
// that one has failed.
CUcontext current();

// checked is the object of a handle that a caller gave.
template <class T> T *checked(T *handle, CUresult otherwise = CUDA_ERROR_INVALID_HANDLE) {
  need(state.live.count(handle) == 1 && dynamic_cast<T *>(static_cast<Object *>(handle)) != nullptr, otherwise);
  return handle;
}

// owned is the object of a handle in the context of this thread. CUDA lets some
// functions have objects of others; optc does not ask it to.
template <class T> T *owned(T *handle) {
  const CUcontext context = current();
  need(checked(handle)->context == context, CUDA_ERROR_INVALID_HANDLE);
  return handle;
}

template <class T> T *born(T *object, CUcontext context) {
  object->context = context;
  state.live.insert(object);
  return object;
}

template <class T> void bury(T *object) {
  state.live.erase(object);
  delete object;
}

// Work is what a stream has to do; it throws where that goes wrong.
using Work = std::function<void()>;

void forbid_in_capture();     // throws where this thread captures, and spoils the capture
void settle(CUstream stream); // does a stream's work
void settle(CUcontext context); // that of all its streams
void enqueue(CUstream stream, Work work); // gives work to a stream, or to what it captures
void check_zones();                     // throws where a kernel wrote beside an allocation
void release_memory(CUcontext context); // all of it

} // namespace fake

struct CUctx_st : fake::Object {
  int device = 0;
  int retained = 0;
  CUresult error = CUDA_SUCCESS; // stays: nothing can be done in a context that has failed
};

struct CUstream_st : fake::Object {
  std::vector<fake::Work> todo;
  bool captures = false, spoilt = false; // spoilt: the capture can only end
  std::vector<fake::Work> captured;
};
