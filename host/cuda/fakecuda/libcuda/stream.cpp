// Streams, events and graphs. A stream's work is done when someone waits for it,
// as late as CUDA may, so that whoever forgets to wait sees what was there before.
#include <chrono>

#include "fake.h"

using namespace fake;

thread_local CUstream fake::capturing = nullptr;

using Clock = std::chrono::steady_clock;

struct CUevent_st : Object {
  CUstream stream = nullptr; // in which it was last recorded
  bool done = false;
  Clock::time_point at;
};

struct CUgraph_st : Object {
  std::vector<Work> work;
};

struct CUgraphExec_st : Object {
  std::vector<Work> work;
};

void fake::forbid_in_capture() {
  if (capturing != nullptr) {
    capturing->spoilt = true;
    throw CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
}

void fake::enqueue(CUstream stream, Work work) {
  need(!stream->spoilt, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
  (stream->captures ? stream->captured : stream->todo).push_back(std::move(work));
}

void fake::settle(CUstream stream) {
  if (stream->captures) {
    stream->spoilt = true;
    throw CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
  }
  std::vector<Work> todo;
  std::swap(todo, stream->todo);
  try {
    for (const Work &work : todo) {
      work();
    }
    check_zones();
  } catch (CUresult code) {
    stream->context->error = code;
    throw;
  }
}

void fake::settle(CUcontext context) {
  for (Object *object : state.live) {
    const auto stream = dynamic_cast<CUstream>(object);
    if (stream != nullptr && stream->context == context && !stream->captures) {
      settle(stream);
    }
  }
}

FAKE cuStreamCreate(CUstream *stream, unsigned int flags) {
  return frame([&] {
    need(flags <= 1, CUDA_ERROR_INVALID_VALUE);
    *stream = born(new CUstream_st, current());
  });
}

FAKE cuStreamDestroy_v2(CUstream stream) {
  return frame([&] {
    settle(owned(stream));
    bury(stream);
  });
}

FAKE cuStreamSynchronize(CUstream stream) {
  return frame([&] { settle(owned(stream)); });
}

FAKE cuEventCreate(CUevent *event, unsigned int flags) {
  return frame([&] {
    need(flags == 0, CUDA_ERROR_INVALID_VALUE);
    *event = born(new CUevent_st, current());
  });
}

FAKE cuEventDestroy_v2(CUevent event) {
  return frame([&] {
    settle(owned(event)->context);
    bury(event);
  });
}

FAKE cuEventRecord(CUevent event, CUstream stream) {
  return frame([&] {
    owned(event)->stream = owned(stream);
    event->done = false;
    enqueue(stream, [event] {
      event->at = Clock::now();
      event->done = true;
    });
  });
}

FAKE cuEventSynchronize(CUevent event) {
  return frame([&] {
    if (owned(event)->stream != nullptr) {
      settle(owned(event->stream));
    }
  });
}

FAKE cuEventElapsedTime(float *milliseconds, CUevent start, CUevent end) {
  return frame([&] {
    need(owned(start)->stream != nullptr && owned(end)->stream != nullptr, CUDA_ERROR_INVALID_HANDLE);
    need(start->done && end->done, CUDA_ERROR_NOT_READY);
    *milliseconds = std::chrono::duration<float, std::milli>(end->at - start->at).count();
  });
}

FAKE cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode) {
  return frame([&] {
    need(mode == CU_STREAM_CAPTURE_MODE_THREAD_LOCAL, CUDA_ERROR_INVALID_VALUE);
    need(!owned(stream)->captures && capturing == nullptr, CUDA_ERROR_ILLEGAL_STATE);
    stream->captures = true;
    capturing = stream;
  });
}

FAKE cuStreamEndCapture(CUstream stream, CUgraph *graph) {
  return frame([&] {
    *graph = nullptr;
    need(capturing == stream, CUDA_ERROR_ILLEGAL_STATE);
    capturing = nullptr;
    owned(stream);
    std::vector<Work> work;
    std::swap(work, stream->captured);
    const bool spoilt = stream->spoilt;
    stream->captures = stream->spoilt = false;
    need(!spoilt, CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    *graph = born(new CUgraph_st, stream->context);
    (*graph)->work = std::move(work);
  });
}

FAKE cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph graph, unsigned long long flags) {
  return frame([&] {
    owned(graph);
    need(flags == 0, CUDA_ERROR_INVALID_VALUE);
    *executable = born(new CUgraphExec_st, graph->context);
    (*executable)->work = graph->work;
  });
}

FAKE cuGraphLaunch(CUgraphExec executable, CUstream stream) {
  return frame([&] {
    owned(stream);
    for (const Work &work : owned(executable)->work) {
      enqueue(stream, work);
    }
  });
}

FAKE cuGraphDestroy(CUgraph graph) {
  return frame([&] { bury(owned(graph)); });
}

FAKE cuGraphExecDestroy(CUgraphExec executable) {
  return frame([&] { bury(owned(executable)); });
}
