// Computes sum = x + (y + bias) * gamma, and its layer norm: the end of one branch of a transformer
// block and the start of the next. Without a branch, sum = x + bias. Each warp keeps a row in its
// registers.
//
// T: element type; V: channels that a thread reads at once; ROWS, WIDTH; BRANCH, BIAS, GAMMA, NORM:
// 1 for the parts that are present; EPSILON.

#include "numbers.cuh"

constexpr int PACKS = WIDTH / V;
constexpr int TURNS = (PACKS + 31) / 32;

__device__ __forceinline__ float over_warp(float x) {
#pragma unroll
  for (int step = 16; step > 0; step /= 2) x += __shfl_xor_sync(0xffffffffu, x, step);
  return x;
}

extern "C" __global__ void __launch_bounds__(BLOCK) residual_norm(
    const T* __restrict__ x
#if BRANCH
    , const T* __restrict__ y
#endif
#if BIAS
    , const T* __restrict__ bias
#endif
#if GAMMA
    , const T* __restrict__ gamma
#endif
#if NORM
    , const T* __restrict__ weight
    , const T* __restrict__ shift
#endif
#if BRANCH
    , T* __restrict__ sum
#endif
#if NORM
    , T* __restrict__ normed
#endif
) {
  const unsigned row = blockIdx.x * (BLOCK / 32) + threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  if (row >= ROWS) return;  // the same for all threads of a warp
  const size_t start = (size_t)row * WIDTH;
  float a[TURNS][V];
  float total = 0.f;
#pragma unroll
  for (int t = 0; t < TURNS; t++) {
    const int pack = t * 32 + lane;
    if (pack < PACKS) {
      Pack<T, V> in = load<V>(x + start + pack * V);
#if BIAS
      const Pack<T, V> b = load<V>(bias + pack * V);
#endif
#if BRANCH
      const Pack<T, V> more = load<V>(y + start + pack * V);
#if GAMMA
      const Pack<T, V> g = load<V>(gamma + pack * V);
#endif
#pragma unroll
      for (int v = 0; v < V; v++) {
        float branch = number(more.at[v]);
#if BIAS
        branch += number(b.at[v]);
#endif
#if GAMMA
        branch *= number(g.at[v]);
#endif
        in.at[v] = element<T>(number(in.at[v]) + branch);
      }
      store<V>(sum + start + pack * V, in);
#elif BIAS
#pragma unroll
      for (int v = 0; v < V; v++) in.at[v] = element<T>(number(in.at[v]) + number(b.at[v]));
#endif
#pragma unroll
      for (int v = 0; v < V; v++) {
        a[t][v] = number(in.at[v]);
        total += a[t][v];
      }
    }
  }
#if NORM
  const float mean = over_warp(total) / WIDTH;
  float squares = 0.f;
#pragma unroll
  for (int t = 0; t < TURNS; t++) {
    if (t * 32 + lane < PACKS) {
#pragma unroll
      for (int v = 0; v < V; v++) squares += (a[t][v] - mean) * (a[t][v] - mean);
    }
  }
  const float scale = 1.f / sqrtf(over_warp(squares) / WIDTH + EPSILON);
#pragma unroll
  for (int t = 0; t < TURNS; t++) {
    const int pack = t * 32 + lane;
    if (pack < PACKS) {
      const Pack<T, V> w = load<V>(weight + pack * V), s = load<V>(shift + pack * V);
      Pack<T, V> result;
#pragma unroll
      for (int v = 0; v < V; v++)
        result.at[v] = element<T>((a[t][v] - mean) * scale * number(w.at[v]) + number(s.at[v]));
      store<V>(normed + start + pack * V, result);
    }
  }
#endif
}
