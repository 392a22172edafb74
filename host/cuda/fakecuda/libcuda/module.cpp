// Modules and their kernels. An image is a shared object with kernels as plain C++
// and what door.h names.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <string>
#include <unistd.h>

#include "../image/door.h"
#include "fake.h"

using namespace fake;

struct CUmod_st : Object {
  void *library = nullptr;
  ~CUmod_st() override { dlclose(library); }
};

struct CUfunc_st : Object {
  CUmodule module = nullptr;
  fake_kernel *kernel = nullptr;
};

constexpr int max_threads = 256; // of a block, as the __launch_bounds__ of optc's kernels have it

// Log is where the caller wants the compiler's errors.
struct Log {
  char *at = nullptr;
  std::size_t bytes = 0;

  Log(unsigned int options, const CUjit_option *option, void **value) {
    for (unsigned int i = 0; i < options; i++) {
      switch (option[i]) {
      case CU_JIT_ERROR_LOG_BUFFER: at = static_cast<char *>(value[i]); break;
      case CU_JIT_ERROR_LOG_BUFFER_SIZE_BYTES: bytes = reinterpret_cast<std::uintptr_t>(value[i]); break;
      default: throw CUDA_ERROR_INVALID_VALUE;
      }
    }
  }
  void write(const std::string &text) const { std::snprintf(at, bytes, "%s", text.c_str()); }
};

// open_image loads a shared object that lies in memory, by a file that is there for
// as long as that takes.
static void *open_image(const void *image, std::size_t bytes, const Log &log) {
  const char *folder = std::getenv("TMPDIR");
  std::string name = std::string(folder == nullptr ? "/tmp" : folder) + "/fakecuda-XXXXXX";
  const int file = mkstemp(name.data());
  need(file >= 0, CUDA_ERROR_INVALID_IMAGE);
  const bool written = write(file, image, bytes) == static_cast<ssize_t>(bytes);
  close(file);
  void *library = written ? dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  unlink(name.c_str());
  if (library == nullptr) {
    log.write(written ? dlerror() : "the image can't be written to " + name);
    throw CUDA_ERROR_INVALID_IMAGE;
  }
  return library;
}

FAKE cuModuleLoadDataEx(CUmodule *module, const void *image, unsigned int options, CUjit_option *option, void **value) {
  return frame([&] {
    const CUcontext context = current();
    const Log log(options, option, value);
    const auto header = static_cast<const Elf64_Ehdr *>(image);
    if (std::memcmp(image, ELFMAG, SELFMAG) != 0) {
      log.write("the stand-in for CUDA does not compile PTX, here " + std::to_string(std::strlen(static_cast<const char *>(image))) + " bytes");
      throw CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
    }
    need(header->e_machine != EM_CUDA, CUDA_ERROR_NO_BINARY_FOR_GPU);
    const std::size_t bytes = header->e_shoff + std::size_t{header->e_shnum} * header->e_shentsize;
    void *library = open_image(image, bytes, log);
    *module = born(new CUmod_st, context);
    (*module)->library = library;
  });
}

FAKE cuModuleUnload(CUmodule module) {
  return frame([&] {
    settle(owned(module)->context);
    const std::set<Object *> all = state.live;
    for (Object *object : all) {
      const auto function = dynamic_cast<CUfunction>(object);
      if (function != nullptr && function->module == module) {
        bury(function);
      }
    }
    bury(module);
  });
}

FAKE cuModuleGetFunction(CUfunction *function, CUmodule module, const char *name) {
  return frame([&] {
    void *kernel = dlsym(owned(module)->library, name);
    need(kernel != nullptr, CUDA_ERROR_NOT_FOUND);
    *function = born(new CUfunc_st, module->context);
    (*function)->module = module;
    (*function)->kernel = reinterpret_cast<fake_kernel *>(kernel);
  });
}

FAKE cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, CUfunction function, int threads, std::size_t shared) {
  return frame([&] {
    owned(function);
    need(threads > 0 && shared == 0, CUDA_ERROR_INVALID_VALUE);
    *blocks = threads > max_threads ? 0 : 2048 / threads;
  });
}

FAKE cuLaunchKernel(CUfunction function, unsigned int grid, unsigned int grid_y, unsigned int grid_z, unsigned int threads,
                    unsigned int threads_y, unsigned int threads_z, unsigned int shared, CUstream stream, void **parameters, void **extra) {
  return frame([&] {
    owned(function);
    owned(stream);
    need(grid >= 1 && grid <= 2147483647u && grid_y == 1 && grid_z == 1, CUDA_ERROR_INVALID_VALUE);
    need(threads >= 1 && threads <= max_threads && threads_y == 1 && threads_z == 1, CUDA_ERROR_INVALID_VALUE);
    need(shared == 0 && parameters != nullptr && extra == nullptr, CUDA_ERROR_INVALID_VALUE);
    const auto run = reinterpret_cast<decltype(&fake_run)>(dlsym(function->module->library, "fake_run"));
    const auto bytes = static_cast<const std::size_t *>(dlsym(function->module->library, "fake_argument_bytes"));
    need(run != nullptr && bytes != nullptr, CUDA_ERROR_INVALID_IMAGE);
    const auto from = static_cast<const unsigned char *>(parameters[0]);
    const std::vector<unsigned char> argument(from, from + *bytes);
    enqueue(stream, [=, kernel = function->kernel] {
      need(++state.counts.launches != state.machine.failing_launch, CUDA_ERROR_ILLEGAL_ADDRESS);
      run(kernel, grid, argument.data());
    });
  });
}
