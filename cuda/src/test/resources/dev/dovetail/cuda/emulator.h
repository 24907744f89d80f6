// Runs a kernel's text on a processor: every thread of a block in turn, or, where threads of a warp
// talk to each other, as fibers that wait for the others.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ucontext.h>
#include <vector>

#define __device__
#define __forceinline__ inline
#define __global__
#define __launch_bounds__(n)
#define __restrict__ __restrict

struct Index { unsigned x, y, z; };
static thread_local Index blockIdx, threadIdx;

static inline float half_to_float(unsigned short bits) {
  _Float16 x;
  std::memcpy(&x, &bits, 2);
  return (float)x;
}

static inline unsigned short float_to_half(float x) {
  _Float16 y = (_Float16)x;
  unsigned short bits;
  std::memcpy(&bits, &y, 2);
  return bits;
}

static inline float __uint_as_float(unsigned u) { float x; std::memcpy(&x, &u, 4); return x; }
static inline unsigned __float_as_uint(float x) { unsigned u; std::memcpy(&u, &x, 4); return u; }

static inline float __fmul_rn(float a, float b) { return a * b; }
static inline int __ffsll(long long x) { return __builtin_ffsll(x); }
static inline int __popcll(unsigned long long x) { return __builtin_popcountll(x); }

static inline void atomicOr(unsigned long long* p, unsigned long long bits) { *p |= bits; }

#define __shared__ static thread_local

struct Fiber { ucontext_t context; std::vector<char> stack; bool done = false; unsigned phase = 0; };
static thread_local std::vector<Fiber>* fibers;
static thread_local ucontext_t scheduler;
static thread_local float slots[2][1024];

static inline void __syncwarp(unsigned) { swapcontext(&(*fibers)[threadIdx.x].context, &scheduler); }

static inline float __shfl_xor_sync(unsigned, float x, int step) {
  unsigned me = threadIdx.x;
  unsigned half = (*fibers)[me].phase++ & 1;
  slots[half][me] = x;
  __syncwarp(0);
  return slots[half][me ^ step];
}

// Runs every thread of the block to its next barrier.
static inline void __syncthreads() { __syncwarp(0); }

// mma.m16n8k8 in half precision.
static inline void warp_multiply(float (&d)[4], unsigned a0, unsigned a1, unsigned b) {
  static thread_local unsigned fragments[2][1024][3];
  unsigned me = threadIdx.x;
  auto& all = fragments[(*fibers)[me].phase++ & 1];
  all[me][0] = a0;
  all[me][1] = a1;
  all[me][2] = b;
  __syncwarp(0);
  unsigned first = me / 32 * 32, row = me % 32 / 4;
  for (int e = 0; e < 4; e++)
    for (unsigned k = 0; k < 8; k++) {
      unsigned left = all[first + row * 4 + k / 2][e / 2] >> k % 2 * 16;
      unsigned right = all[first + (me % 4 * 2 + e % 2) * 4 + k / 2][2] >> k % 2 * 16;
      d[e] += half_to_float(left) * half_to_float(right);
    }
}

typedef void (*Body)(void** arguments);
static thread_local Body body;
static thread_local void** given;

static void fiber_main(int me) {
  body(given);
  (*fibers)[me].done = true;
}

static void run_block(int threads, bool warps) {
  if (!warps) {
    for (int t = 0; t < threads; t++) { threadIdx = {(unsigned)t, 0, 0}; body(given); }
    return;
  }
  std::vector<Fiber> all(threads);
  fibers = &all;
  for (int t = 0; t < threads; t++) {
    all[t].stack.resize(65536);
    getcontext(&all[t].context);
    all[t].context.uc_stack.ss_sp = all[t].stack.data();
    all[t].context.uc_stack.ss_size = all[t].stack.size();
    all[t].context.uc_link = &scheduler;
    makecontext(&all[t].context, (void (*)())fiber_main, 1, t);
  }
  for (bool running = true; running;) {
    running = false;
    for (int t = 0; t < threads; t++) {
      if (!all[t].done) {
        threadIdx = {(unsigned)t, 0, 0};
        swapcontext(&scheduler, &all[t].context);
        running |= !all[t].done;
      }
    }
  }
}
