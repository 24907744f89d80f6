// The indices of scores in descending order; equal scores are in index order, and NaN is last. The place of a
// score is the number of scores before it, so no thread waits for another's comparisons.
//
// COUNT: scores of an image; SLICES: warps of a block, each of which compares 32 scores with a part of all.

#include "order.cuh"

extern "C" __global__ void __launch_bounds__(BLOCK) score_order(
    const float* __restrict__ scores,
    long long* __restrict__ order) {
  __shared__ int before[SLICES][32];
  const int lane = threadIdx.x % 32, slice = threadIdx.x / 32;
  const int i = blockIdx.x * 32 + lane;
  const float* row = scores + (size_t)blockIdx.y * COUNT;
  const unsigned mine = i < COUNT ? ordered(row[i]) : 0u;
  int place = 0;
#pragma unroll 8
  for (int j = slice; j < COUNT; j += SLICES) {
    const unsigned other = ordered(row[j]);
    place += other > mine || (other == mine && j < i);
  }
  before[slice][lane] = place;
  __syncthreads();
  if (slice == 0 && i < COUNT) {
    for (int s = 1; s < SLICES; s++) place += before[s][lane];
    order[(size_t)blockIdx.y * COUNT + place] = i;
  }
}
