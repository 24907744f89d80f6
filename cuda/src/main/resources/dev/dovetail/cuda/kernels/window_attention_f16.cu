// The computation of window_attention.cu in half precision. Each warp computes 16 queries with matrix
// instructions. A block computes the same head of TURNS windows, so that each thread reads the bias of
// its pairs of places once.
//
// BATCH, SCALE, HIDDEN as in window_attention.cu; the others as in windows.cuh.

#include "numbers.cuh"
#include "products.cuh"
#include "windows.cuh"

constexpr int WINDOWS = BATCH * ROWS * COLUMNS;
constexpr int PADDED = BLOCK / 2;  // places, as whole tiles of 16 queries
constexpr int KEYS = (PLACES + 7) / 8, STEPS = CHANNELS / 8;  // tiles of 8 keys, of 8 channels
constexpr int SPAN = 8 * (STEPS | 1), VALUE_SPAN = 8 * (PADDED / 8 | 1);  // rows without bank conflicts

extern "C" __global__ void __launch_bounds__(BLOCK) window_attention_f16(
#if JOINT
    const T* __restrict__ query,
    const T* __restrict__ bias,
#else
    const T* __restrict__ query,
    const T* __restrict__ key,
    const T* __restrict__ value,
#endif
    const T* __restrict__ positions,
    T* __restrict__ out) {
  alignas(16) __shared__ T queries[PADDED * SPAN], keys[PADDED * SPAN], values[CHANNELS * VALUE_SPAN];
  __shared__ Place places[PADDED];
  const int head = blockIdx.x % HEADS, first = threadIdx.x / 32 * 16;
  const int row = first + threadIdx.x % 32 / 4, column = threadIdx.x % 4 * 2;  // row and row + 8 are of this thread
  query += head * CHANNELS;
#if JOINT
  bias += head * CHANNELS;
  const T *key = query + OUT_STRIDE, *value = key + OUT_STRIDE;
#else
  const T* bias = query;  // not read
  key += head * CHANNELS;
  value += head * CHANNELS;
#endif

  f16 added[KEYS][4];
#pragma unroll
  for (int k = 0; k < KEYS; k++) {
#pragma unroll
    for (int e = 0; e < 4; e++) {
      const int from = row + e / 2 * 8, to = k * 8 + column + e % 2;
      added[k][e] = from < PLACES && to < PLACES ? positions[((size_t)head * PLACES + from) * PLACES + to] : f16{0};
    }
  }
  for (int turn = 0; turn < TURNS; turn++) {
    const int window = blockIdx.x / HEADS * TURNS + turn, image = window / (ROWS * COLUMNS);
    if (window >= WINDOWS) return;
    const size_t start = (size_t)image * TOKENS * STRIDE;
    __syncthreads();  // until the previous window was read
    if (threadIdx.x < PADDED)
      places[threadIdx.x] = threadIdx.x < PLACES ? place_of(window % (ROWS * COLUMNS), threadIdx.x) : Place{-1, -1};
    __syncthreads();
    for (int i = threadIdx.x; i < PADDED / 2 * STEPS; i += BLOCK) {
      const int place = i / STEPS * 2, channel = i % STEPS * 8;
      Pack<T, 8> x[2];
#pragma unroll
      for (int p = 0; p < 2; p++) {
        const int cell = places[place + p].cell;
        Pack<T, 8> q = {}, k = {};
        x[p] = {};
        if (cell >= 0) {
          q = token<8>(query + start + channel, bias + channel, cell);
          k = token<8>(key + start + channel, bias + OUT_STRIDE + channel, cell);
          x[p] = token<8>(value + start + channel, bias + 2 * OUT_STRIDE + channel, cell);
        }
        store<8>(queries + (place + p) * SPAN + channel, q);
        store<8>(keys + (place + p) * SPAN + channel, k);
      }
#pragma unroll
      for (int c = 0; c < 8; c++) store<2>(values + (channel + c) * VALUE_SPAN + place, Pack<T, 2>{x[0].at[c], x[1].at[c]});
    }
    __syncthreads();

    float score[KEYS][4] = {};
#pragma unroll
    for (int c = 0; c < STEPS; c++) {
      const T* from = queries + row * SPAN + c * 8 + column;
      const unsigned upper = two(from), lower = two(from + 8 * SPAN);
#pragma unroll
      for (int k = 0; k < KEYS; k++)
        multiply(score[k], upper, lower, two(keys + (k * 8 + row - first) * SPAN + c * 8 + column));
    }
    const bool divided = places[0].region != places[PLACES - 1].region;
    float most[2] = {-3.4e38f, -3.4e38f}, sum[2] = {0.f, 0.f};
#pragma unroll
    for (int k = 0; k < KEYS; k++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        const int to = k * 8 + column + e % 2;
        score[k][e] = score[k][e] * SCALE + number(added[k][e]);
        if (divided && places[to].region != places[row + e / 2 * 8].region) score[k][e] += HIDDEN;
        if (to >= PLACES) score[k][e] = -3.4e38f;
        most[e / 2] = fmaxf(most[e / 2], score[k][e]);
      }
    }
#pragma unroll
    for (int r = 0; r < 2; r++) {
      for (int step = 1; step < 4; step *= 2) most[r] = fmaxf(most[r], __shfl_xor_sync(0xffffffffu, most[r], step));
    }
    float acc[STEPS][4] = {};
#pragma unroll
    for (int k = 0; k < KEYS; k++) {
#pragma unroll
      for (int e = 0; e < 4; e++) {
        score[k][e] = exp2f((score[k][e] - most[e / 2]) * 1.44269504f);
        sum[e / 2] += score[k][e];
      }
      const unsigned upper = pair(score[k][0], score[k][1]), lower = pair(score[k][2], score[k][3]);
#pragma unroll
      for (int c = 0; c < STEPS; c++)
        multiply(acc[c], upper, lower, two(values + (c * 8 + row - first) * VALUE_SPAN + k * 8 + column));
    }
    T* rows = queries + first * SPAN;  // only this warp read these queries
#pragma unroll
    for (int r = 0; r < 2; r++) {
      for (int step = 1; step < 4; step *= 2) sum[r] += __shfl_xor_sync(0xffffffffu, sum[r], step);
#pragma unroll
      for (int c = 0; c < STEPS; c++)
        store<2>(rows + (row - first + r * 8) * SPAN + c * 8 + column,
                 Pack<T, 2>{element<T>(acc[c][r * 2] / sum[r]), element<T>(acc[c][r * 2 + 1] / sum[r])});
    }
    __syncwarp(0xffffffffu);
    for (int i = threadIdx.x % 32; i < 16 * STEPS; i += 32) {
      const int cell = places[first + i / STEPS].cell, channel = i % STEPS * 8;
      if (cell >= 0 && cell < CELLS)
        store<8>(out + ((size_t)image * CELLS + cell) * OUT_STRIDE + head * CHANNELS + channel,
                 load<8>(rows + i / STEPS * SPAN + channel));
    }
  }
}
