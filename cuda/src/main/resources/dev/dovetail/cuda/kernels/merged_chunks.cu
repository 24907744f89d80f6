// The first elements of each row in order, and their indices, from the sorted keys of its chunks. The place of an
// element is the number of greater keys in all chunks, which a thread finds by binary search in several at once.
//
// T: element type; ROW: elements of a row; CHUNKS: chunks of a row; EACH: keys of a chunk; HALF: the largest power
// of two up to EACH; K: elements of a row of the results; COUNT: keys.

#include "numbers.cuh"

constexpr int AT_ONCE = CHUNKS < 8 ? CHUNKS : 8;

extern "C" __global__ void __launch_bounds__(BLOCK) merged_chunks(
    const unsigned long long* __restrict__ keys,
    const T* __restrict__ x,
    T* __restrict__ values,
    long long* __restrict__ indices) {
  const unsigned i = blockIdx.x * (unsigned)BLOCK + threadIdx.x;
  if (i >= COUNT) return;
  const unsigned long long key = keys[i];
  if (key == 0) return;
  const unsigned row = i / (CHUNKS * EACH), own = i / EACH % CHUNKS;
  keys += (size_t)row * CHUNKS * EACH;
  int place = i % EACH;
  for (int first = 0; first < CHUNKS && place < K; first += AT_ONCE) {
    int greater[AT_ONCE] = {};
#pragma unroll
    for (int step = HALF; step > 0; step /= 2) {
#pragma unroll
      for (int c = 0; c < AT_ONCE; c++) {
        const int to = greater[c] + step;
        if (first + c < CHUNKS && to <= EACH && keys[(first + c) * EACH + to - 1] > key) greater[c] = to;
      }
    }
#pragma unroll
    for (int c = 0; c < AT_ONCE; c++) place += first + c == own ? 0 : greater[c];
  }
  if (place >= K) return;
  const unsigned index = ~(unsigned)key;
  values[(size_t)row * K + place] = x[(size_t)row * ROW + index];
  indices[(size_t)row * K + place] = index;
}
