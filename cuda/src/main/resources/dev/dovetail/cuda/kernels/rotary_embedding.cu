// Rotates each pair of a head's channels by the angle of its token.
//
// T: element type; V: pairs per thread; COUNT: threads with pairs; TOKENS; HEADS; PAIRS: pairs of a
// head; ADJACENT: 1 if the channels of a pair are adjacent, otherwise the second one is in the second
// half of the head.

#include "numbers.cuh"

extern "C" __global__ void __launch_bounds__(BLOCK) rotary_embedding(
    const T* __restrict__ x, const float* __restrict__ cosines, const float* __restrict__ sines,
    T* __restrict__ out) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  const unsigned pair = i % (PAIRS / V) * V;
  const unsigned head = i / (PAIRS / V);  // of all tokens
  const unsigned angle = head / HEADS % TOKENS * PAIRS + pair;
  const Pack<float, V> c = load<V>(cosines + angle);
  const Pack<float, V> s = load<V>(sines + angle);
#if ADJACENT
  const size_t at = (size_t)head * (2 * PAIRS) + 2 * pair;
  Pack<T, 2 * V> both = load<2 * V>(x + at);
#pragma unroll
  for (int v = 0; v < V; v++) {
    const float a = number(both.at[2 * v]);
    const float b = number(both.at[2 * v + 1]);
    both.at[2 * v] = element<T>(a * c.at[v] - b * s.at[v]);
    both.at[2 * v + 1] = element<T>(b * c.at[v] + a * s.at[v]);
  }
  store<2 * V>(out + at, both);
#else
  const size_t at = (size_t)head * (2 * PAIRS) + pair;
  Pack<T, V> first = load<V>(x + at);
  Pack<T, V> second = load<V>(x + at + PAIRS);
#pragma unroll
  for (int v = 0; v < V; v++) {
    const float a = number(first.at[v]);
    const float b = number(second.at[v]);
    first.at[v] = element<T>(a * c.at[v] - b * s.at[v]);
    second.at[v] = element<T>(b * c.at[v] + a * s.at[v]);
  }
  store<V>(out + at, first);
  store<V>(out + at + PAIRS, second);
#endif
}
