// The driver itself, its devices, and their contexts.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

#include "fake.h"

using namespace fake;

State fake::state;
thread_local CUcontext fake::current_context = nullptr;

// machine_of reads words such as devices=2; it throws where it knows one not.
static Machine machine_of(const char *text) {
  Machine m;
  const std::map<std::string, long long *> fields = {
      {"devices", &m.devices},
      {"memory", &m.memory},
      {"arch", &m.arch},
      {"multiprocessors", &m.multiprocessors},
      {"version", &m.version},
      {"failing_launch", &m.failing_launch},
  };
  std::istringstream words(text == nullptr ? "" : text);
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    const auto field = fields.find(word.substr(0, equals));
    need(equals != std::string::npos && field != fields.end(), CUDA_ERROR_INVALID_VALUE);
    *field->second = std::atoll(word.c_str() + equals + 1);
  }
  return m;
}

// cuInit begins anew, with another machine, unless a context is in use.
FAKE cuInit(unsigned int flags) {
  const std::lock_guard<std::mutex> lock(state.mutex);
  try {
    need(flags == 0, CUDA_ERROR_INVALID_VALUE);
    if (state.primary.empty()) {
      state.machine = machine_of(std::getenv("FAKECUDA"));
      state.counts = {};
    }
    need(state.machine.devices > 0, CUDA_ERROR_NO_DEVICE);
    state.initialised = true;
    return CUDA_SUCCESS;
  } catch (CUresult code) {
    return code;
  }
}

extern "C" void fake_counts(Counts *counts) {
  const std::lock_guard<std::mutex> lock(state.mutex);
  *counts = state.counts;
}

FAKE cuDriverGetVersion(int *version) {
  return frame([&] { *version = static_cast<int>(state.machine.version); });
}

// There is no table. A compiler asks for one where it finds a driver, and goes on
// without.
FAKE cuGetExportTable(const void **table, const void *) {
  *table = nullptr;
  return CUDA_ERROR_NOT_FOUND;
}

FAKE cuDeviceGetCount(int *count) {
  return frame([&] { *count = static_cast<int>(state.machine.devices); });
}

static void need_device(CUdevice device) { need(device >= 0 && device < state.machine.devices, CUDA_ERROR_INVALID_DEVICE); }

FAKE cuDeviceGet(CUdevice *device, int ordinal) {
  return frame([&] {
    need_device(ordinal);
    *device = ordinal;
  });
}

FAKE cuDeviceGetName(char *name, int length, CUdevice device) {
  return frame([&] {
    need_device(device);
    std::snprintf(name, static_cast<std::size_t>(length), "stand-in GPU %d", device);
  });
}

FAKE cuDeviceTotalMem_v2(std::size_t *bytes, CUdevice device) {
  return frame([&] {
    need_device(device);
    *bytes = static_cast<std::size_t>(state.machine.memory);
  });
}

FAKE cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device) {
  return frame([&] {
    need_device(device);
    const Machine &m = state.machine;
    switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT: *value = static_cast<int>(m.multiprocessors); break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR: *value = static_cast<int>(m.arch / 10); break;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR: *value = static_cast<int>(m.arch % 10); break;
    default: throw CUDA_ERROR_INVALID_VALUE;
    }
  });
}

FAKE cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device) {
  return frame([&] {
    need_device(device);
    CUcontext &primary = state.primary[device];
    if (primary == nullptr) {
      primary = born(new CUctx_st, nullptr);
      primary->device = device;
    }
    primary->retained++;
    *context = primary;
  });
}

FAKE cuDevicePrimaryCtxRelease_v2(CUdevice device) {
  return frame([&] {
    const auto found = state.primary.find(device);
    need(found != state.primary.end(), CUDA_ERROR_INVALID_CONTEXT);
    const CUcontext context = found->second;
    if (--context->retained > 0) {
      return;
    }
    release_memory(context);
    const std::set<Object *> all = state.live;
    for (Object *object : all) {
      if (object->context == context) {
        bury(object);
      }
    }
    state.primary.erase(found);
    bury(context);
  });
}

FAKE cuCtxSetCurrent(CUcontext context) {
  return frame([&] { current_context = context == nullptr ? nullptr : checked(context, CUDA_ERROR_INVALID_CONTEXT); });
}

CUcontext fake::current() {
  need(current_context != nullptr, CUDA_ERROR_INVALID_CONTEXT);
  const CUcontext context = checked(current_context, CUDA_ERROR_INVALID_CONTEXT);
  need(context->error == CUDA_SUCCESS, context->error);
  return context;
}
