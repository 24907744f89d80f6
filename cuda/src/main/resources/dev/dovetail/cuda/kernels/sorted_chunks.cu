// The first elements of each chunk of a row in order, as keys. A block sorts a chunk in shared memory, by a bitonic
// network.
//
// T: element type; ROW: elements of a row; CHUNKS: chunks of a row; LENGTH: elements of a chunk, a power of two;
// EACH: keys of a chunk that are written; LARGEST: 1 if the largest elements are first, 0 for the smallest.

#include "numbers.cuh"
#include "order.cuh"

extern "C" __global__ void __launch_bounds__(BLOCK) sorted_chunks(
    const T* __restrict__ x,
    unsigned long long* __restrict__ keys) {
  __shared__ unsigned long long chunk[LENGTH];
  const unsigned row = blockIdx.x / CHUNKS, first = blockIdx.x % CHUNKS * LENGTH;
  for (unsigned i = threadIdx.x; i < LENGTH; i += BLOCK) {
    const unsigned index = first + i;
    unsigned long long key = 0;
    if (index < ROW) {
      const float value = number(x[(size_t)row * ROW + index]);
      key = (unsigned long long)ordered(LARGEST ? value : -value) << 32 | ~index;
    }
    chunk[i] = key;
  }
  __syncthreads();
  for (unsigned size = 2; size <= LENGTH; size *= 2) {
    for (unsigned step = size / 2; step > 0; step /= 2) {
      for (unsigned pair = threadIdx.x; pair < LENGTH / 2; pair += BLOCK) {
        const unsigned i = pair / step * step * 2 + pair % step;
        const unsigned long long a = chunk[i], b = chunk[i + step];
        if ((a < b) == ((i & size) == 0)) {
          chunk[i] = b;
          chunk[i + step] = a;
        }
      }
      __syncthreads();
    }
  }
  for (unsigned i = threadIdx.x; i < EACH; i += BLOCK) keys[(size_t)blockIdx.x * EACH + i] = chunk[i];
}
