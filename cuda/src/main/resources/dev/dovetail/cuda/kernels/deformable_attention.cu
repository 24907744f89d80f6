// Multi-scale deformable attention without its projections (Zhu et al. 2021): for each query and
// head, a softmax over the points of all levels and the weighted sum of bilinear samples. Samples
// outside of the map are zero.
//
// T: element type; V: channels per thread; BATCH, QUERIES, CELLS, HEADS, CHANNELS (per head),
// POINTS (of all levels), LEVELS, LEVEL_HEIGHTS, LEVEL_WIDTHS, LEVEL_STARTS, LEVEL_OF_POINT;
// OFFSETS: 1 if places are offsets from reference points; REFERENCE_BATCH, REFERENCE_LEVELS: the
// number of images and of levels with their own reference points; BIASES: 1 if the kernel adds the
// biases of value, logits and offsets; SHARE: the number of adjacent threads that share the points
// of a query and head.
//
// CHANNELS / V threads compute a head of a query. A block has one head and neighboring queries, so
// most of its reads hit the L1 cache. Each thread computes every SHAREth point: the position of its
// four cells and their weights. It shares them with the other threads.

#include "numbers.cuh"
#include "cells.cuh"

constexpr int GROUP = CHANNELS / V;
constexpr int BLOCK_QUERIES = BLOCK / GROUP;
constexpr int OWN = (POINTS + SHARE - 1) / SHARE;
constexpr int STRIDE = HEADS * CHANNELS;
constexpr unsigned CELL_BYTES = STRIDE * sizeof(T);

#if OFFSETS
typedef T Place;
#else
typedef float Place;
#endif

extern "C" __global__ void __launch_bounds__(BLOCK) deformable_attention(
    const T* __restrict__ value,
    const T* __restrict__ logits,
    const Place* __restrict__ places,
#if OFFSETS
    const float* __restrict__ references,
#endif
#if BIASES
    const T* __restrict__ value_bias,
    const T* __restrict__ logit_bias,
#if OFFSETS
    const T* __restrict__ offset_bias,
#endif
#endif
    T* __restrict__ out) {
  __shared__ Shares shares_of[BLOCK];
  __shared__ Cell cell_of[BLOCK];
  constexpr int heights[LEVELS] = {LEVEL_HEIGHTS}, widths[LEVELS] = {LEVEL_WIDTHS};
  constexpr int starts[LEVELS] = {LEVEL_STARTS}, level_of[POINTS] = {LEVEL_OF_POINT};
  const int head = blockIdx.y, channel = head * CHANNELS + (int)(threadIdx.x % GROUP) * V;
  const int row = blockIdx.x * BLOCK_QUERIES + threadIdx.x / GROUP;  // the query, counted over all images
  if (row >= BATCH * QUERIES) return;  // all threads that share points return
  const int own = threadIdx.x % SHARE;
  // Threads of a warp that read different points at the same time read neighboring slots.
  const int slot = threadIdx.x / 32 * 32 + threadIdx.x % 32 / SHARE;
  const unsigned mates = (SHARE == 32 ? 0xffffffffu : (1u << SHARE % 32) - 1u) << (threadIdx.x % 32 - own);
  const size_t first = ((size_t)row * HEADS + head) * POINTS;

  float score[OWN], most = -3.4e38f;
#pragma unroll
  for (int k = 0; k < OWN; k++) {
    const int p = k * SHARE + own;
    score[k] = -3.4e38f;
    if (p < POINTS) {
      score[k] = number(logits[first + p]);
#if BIASES
      score[k] += number(logit_bias[head * POINTS + p]);
#endif
      most = fmaxf(most, score[k]);
    }
  }
#pragma unroll
  for (int step = 1; step < SHARE; step *= 2) most = fmaxf(most, __shfl_xor_sync(mates, most, step));

  float sum = 0.f, inside = 0.f;  // the sum of the softmax; its part inside the maps, for the bias
  float acc[V];
#pragma unroll
  for (int v = 0; v < V; v++) acc[v] = 0.f;
  const unsigned mine = ((unsigned)(row / QUERIES) * CELLS * STRIDE + channel) * sizeof(T);

#pragma unroll
  for (int k = 0; k < OWN; k++) {
    const int p = k * SHARE + own;
    bool same = true;  // whether these points are in one level; its size is then a constant
#pragma unroll
    for (int mate = 1; mate < SHARE && k * SHARE + mate < POINTS; mate++)
      same = same && level_of[k * SHARE + mate] == level_of[k * SHARE];
    float weight = 0.f, shares[4] = {0.f, 0.f, 0.f, 0.f};
    unsigned at_cell = 0, right = 0, below = 0;
    if (p < POINTS) {
      weight = expf(score[k] - most);
      const int l = same ? level_of[k * SHARE] : level_of[p], h = heights[l], w = widths[l];
      const Pack<Place, 2> at = load<2>(places + 2 * (first + p));
#if OFFSETS
      const float* reference = references + 2 * ((REFERENCE_BATCH == 1 ? row % QUERIES : row) * REFERENCE_LEVELS +
                                                 (REFERENCE_LEVELS == 1 ? 0 : l));
      float ox = number(at.at[0]), oy = number(at.at[1]);
#if BIASES
      ox += number(offset_bias[(head * POINTS + p) * 2]);
      oy += number(offset_bias[(head * POINTS + p) * 2 + 1]);
#endif
      const float x = (ox / w + reference[0]) * w - 0.5f, y = (oy / h + reference[1]) * h - 0.5f;
#else
      const float x = at.at[0] * w - 0.5f, y = at.at[1] * h - 0.5f;
#endif
      if (x > -1.f && y > -1.f && x < w && y < h) {  // false if x or y is NaN
        const int x0 = (int)floorf(x), y0 = (int)floorf(y);
        const float tx = x - x0, ty = y - y0;
        const float left = x0 < 0 ? 0.f : 1.f - tx, rest = x0 + 1 < w ? tx : 0.f;
        const float top = y0 < 0 ? 0.f : 1.f - ty, bottom = y0 + 1 < h ? ty : 0.f;
        // A cell outside the map is replaced by its neighbor, with weight 0.
        at_cell = (starts[l] + (y0 < 0 ? 0 : y0) * w + (x0 < 0 ? 0 : x0)) * CELL_BYTES;
        right = x0 >= 0 && x0 + 1 < w ? CELL_BYTES : 0u;
        below = y0 >= 0 && y0 + 1 < h ? w * CELL_BYTES : 0u;
        shares[0] = left * top;
        shares[1] = rest * top;
        shares[2] = left * bottom;
        shares[3] = rest * bottom;
        inside += weight * ((left + rest) * (top + bottom));
      }
      sum += weight;
    }
    __syncwarp(mates);  // wait until the previous points are read
    const int to = slot + own * (32 / SHARE);
    shares_of[to] = {weight * shares[0], weight * shares[1], weight * shares[2], weight * shares[3]};
    cell_of[to] = {at_cell, right, below};
    __syncwarp(mates);
#pragma unroll
    for (int mate = 0; mate < SHARE; mate++) {
      if (k * SHARE + mate < POINTS) {
        const int from = slot + mate * (32 / SHARE);
        blend(acc, shares_of[from], cell_of[from], value, mine);
      }
    }
  }
#pragma unroll
  for (int step = 1; step < SHARE; step *= 2) {
    sum += __shfl_xor_sync(mates, sum, step);
    inside += __shfl_xor_sync(mates, inside, step);
  }
  const float scale = 1.f / sum;
  Pack<T, V> result;
#pragma unroll
  for (int v = 0; v < V; v++) {
#if BIASES
    acc[v] += inside * number(value_bias[channel + v]);
#endif
    result.at[v] = element<T>(acc[v] * scale);
  }
  store<V>(out + (size_t)row * STRIDE + channel, result);
}
