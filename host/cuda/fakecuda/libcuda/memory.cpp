// The memory of devices, and memory of the host that is pinned.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "fake.h"

using namespace fake;

constexpr std::size_t alignment = 256;     // of allocations, as CUDA has it
constexpr std::size_t zone = alignment;    // bytes before and after an allocation
constexpr unsigned char zone_byte = 0xa5;
constexpr unsigned char fresh_byte = 0xff; // of memory that no one has written: NaN, as a number

static unsigned char *bytes_at(CUdeviceptr at) { return reinterpret_cast<unsigned char *>(at); }

// padded is the bytes of an allocation up to its zone's last.
static std::size_t padded(std::size_t bytes) { return (bytes + alignment - 1) / alignment * alignment + zone; }

static std::size_t used(int device) {
  std::size_t sum = 0;
  for (const auto &[at, a] : state.memory) {
    sum += a.context->device == device ? a.bytes : 0;
  }
  return sum;
}

FAKE cuMemGetInfo_v2(std::size_t *free, std::size_t *total) {
  return frame([&] {
    *total = static_cast<std::size_t>(state.machine.memory);
    *free = *total - used(current()->device);
  });
}

FAKE cuMemAlloc_v2(CUdeviceptr *at, std::size_t bytes) {
  return frame([&] {
    const CUcontext context = current();
    forbid_in_capture();
    need(bytes > 0, CUDA_ERROR_INVALID_VALUE);
    need(bytes <= static_cast<std::size_t>(state.machine.memory) - used(context->device), CUDA_ERROR_OUT_OF_MEMORY);
    const auto block = static_cast<unsigned char *>(std::aligned_alloc(alignment, zone + padded(bytes)));
    need(block != nullptr, CUDA_ERROR_OUT_OF_MEMORY);
    std::memset(block, zone_byte, zone + padded(bytes));
    std::memset(block + zone, fresh_byte, bytes);
    *at = reinterpret_cast<CUdeviceptr>(block + zone);
    state.memory[*at] = {context, bytes};
  });
}

FAKE cuMemFree_v2(CUdeviceptr at) {
  return frame([&] {
    const CUcontext context = current();
    forbid_in_capture();
    settle(context);
    need(state.memory.erase(at) == 1, CUDA_ERROR_INVALID_VALUE);
    std::free(bytes_at(at) - zone);
  });
}

void fake::release_memory(CUcontext context) {
  for (auto a = state.memory.begin(); a != state.memory.end();) {
    if (a->second.context != context) {
      a++;
      continue;
    }
    std::free(bytes_at(a->first) - zone);
    a = state.memory.erase(a);
  }
  for (auto p = state.pinned.begin(); p != state.pinned.end();) {
    p = p->second.context == context ? state.pinned.erase(p) : std::next(p);
  }
}

void fake::check_zones() {
  const auto whole = [](const unsigned char *from, const unsigned char *to) {
    return std::all_of(from, to, [](unsigned char b) { return b == zone_byte; });
  };
  for (const auto &[at, a] : state.memory) {
    const unsigned char *p = bytes_at(at);
    need(whole(p - zone, p) && whole(p + a.bytes, p + padded(a.bytes)), CUDA_ERROR_ILLEGAL_ADDRESS);
  }
}

// need_memory throws where bytes of a device are not all in one allocation.
static void need_memory(CUdeviceptr at, std::size_t bytes) {
  auto after = state.memory.upper_bound(at);
  need(after != state.memory.begin(), CUDA_ERROR_INVALID_VALUE);
  const auto &[start, a] = *std::prev(after);
  const std::size_t before = at - start;
  need(before <= a.bytes && bytes <= a.bytes - before, CUDA_ERROR_INVALID_VALUE);
}

static bool overlaps(std::uintptr_t a, std::size_t a_bytes, std::uintptr_t b, std::size_t b_bytes) {
  return a < b + b_bytes && b < a + a_bytes;
}

FAKE cuMemHostRegister_v2(void *memory, std::size_t bytes, unsigned int flags) {
  return frame([&] {
    const CUcontext context = current();
    forbid_in_capture();
    need(memory != nullptr && bytes > 0 && flags == 0, CUDA_ERROR_INVALID_VALUE);
    const auto at = reinterpret_cast<std::uintptr_t>(memory);
    for (const auto &[other, pinned] : state.pinned) {
      need(!overlaps(at, bytes, other, pinned.bytes), CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED);
    }
    state.pinned[at] = {bytes, context};
  });
}

FAKE cuMemHostUnregister(void *memory) {
  return frame([&] {
    const CUcontext context = current();
    forbid_in_capture();
    settle(context);
    need(state.pinned.erase(reinterpret_cast<std::uintptr_t>(memory)) == 1, CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED);
  });
}

// is_pinned tells memory of the host that is pinned. It throws where only a part
// is, or where it lies on a page with pinned memory: a system pins whole pages.
static bool is_pinned(const void *memory, std::size_t bytes) {
  static const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto at = reinterpret_cast<std::uintptr_t>(memory);
  for (const auto &[start, p] : state.pinned) {
    if (start <= at && at + bytes <= start + p.bytes) {
      return true;
    }
    const std::uintptr_t first = start / page * page, end = (start + p.bytes + page - 1) / page * page;
    need(!overlaps(at, bytes, first, end - first), CUDA_ERROR_INVALID_VALUE);
  }
  return false;
}

// need_pinned throws where a graph would copy from or to memory of the host that
// may not be there any more when it is launched. CUDA is not so strict.
static void need_pinned(CUstream stream, bool pinned) {
  if (stream->captures && !pinned) {
    forbid_in_capture();
  }
}

FAKE cuMemcpyHtoDAsync_v2(CUdeviceptr to, const void *from, std::size_t bytes, CUstream stream) {
  return frame([&] {
    owned(stream);
    need_memory(to, bytes);
    const bool pinned = is_pinned(from, bytes);
    need_pinned(stream, pinned);
    std::vector<unsigned char> staged; // what is not pinned is read at once
    if (!pinned) {
      staged.assign(static_cast<const unsigned char *>(from), static_cast<const unsigned char *>(from) + bytes);
    }
    enqueue(stream, [=] {
      std::memcpy(bytes_at(to), pinned ? from : staged.data(), bytes);
      state.counts.copied_in += static_cast<std::int64_t>(bytes);
    });
  });
}

FAKE cuMemcpyDtoHAsync_v2(void *to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  return frame([&] {
    owned(stream);
    need_memory(from, bytes);
    const bool pinned = is_pinned(to, bytes);
    need_pinned(stream, pinned);
    enqueue(stream, [=] {
      std::memcpy(to, bytes_at(from), bytes);
      state.counts.copied_out += static_cast<std::int64_t>(bytes);
    });
    if (!pinned) {
      settle(stream);
    }
  });
}

FAKE cuMemcpyDtoDAsync_v2(CUdeviceptr to, CUdeviceptr from, std::size_t bytes, CUstream stream) {
  return frame([&] {
    owned(stream);
    need_memory(to, bytes);
    need_memory(from, bytes);
    need(!overlaps(to, bytes, from, bytes), CUDA_ERROR_INVALID_VALUE);
    enqueue(stream, [=] { std::memcpy(bytes_at(to), bytes_at(from), bytes); });
  });
}
