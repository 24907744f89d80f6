// The computation of window_attention.cu in half precision. Each warp computes 16 queries with matrix
// instructions, for a chunk of keys at a time. A block computes the same head of TURNS windows, so that
// each thread reads the bias of its pairs of places once if there is one chunk.
//
// BATCH, SCALE, HIDDEN as in window_attention.cu; the others as in windows.cuh.

#include "numbers.cuh"
#include "products.cuh"
#include "windows.cuh"

constexpr int WINDOWS = ROWS * COLUMNS, STEPS = CHANNELS / 8;  // steps of 8 channels
constexpr int TILES = (PLACES + 7) / 8, CHUNKS = (TILES + 8) / 9;  // tiles of 8 keys
constexpr int CHUNK = (TILES + CHUNKS - 1) / CHUNKS;
constexpr int QUERIES = BLOCK / 2, KEYS = CHUNKS * CHUNK * 8, FILLED = QUERIES > KEYS ? QUERIES : KEYS;
constexpr int SPAN = 8 * (STEPS | 1), VALUE_SPAN = 8 * (FILLED / 8 | 1);  // rows without bank conflicts

// Reads the bias of a thread's pairs of places in a chunk.
__device__ __forceinline__ void read(T (&added)[CHUNK][4], const T* positions, int row, int column) {
#pragma unroll
  for (int i = 0; i < CHUNK * 4; i++) {
    const int from = row + i % 4 / 2 * 8, to = column + i / 4 * 8 + i % 2;
    added[i / 4][i % 4] = from < PLACES && to < PLACES ? positions[from * PLACES + to] : T{0};
  }
}

__device__ __forceinline__ float over_quad(float x, bool maximum) {
#pragma unroll
  for (int step = 1; step < 4; step *= 2) {
    const float y = __shfl_xor_sync(0xffffffffu, x, step);
    x = maximum ? fmaxf(x, y) : x + y;
  }
  return x;
}

extern "C" __global__ void __launch_bounds__(BLOCK) window_attention_f16(
    const T* __restrict__ query,
#if JOINT
    const T* __restrict__ bias,
#else
    const T* __restrict__ key,
    const T* __restrict__ value,
#endif
    const T* __restrict__ positions,
    T* __restrict__ out) {
  alignas(16) __shared__ T queries[FILLED * SPAN], keys[FILLED * SPAN], values[CHANNELS * VALUE_SPAN];
  __shared__ Place places[FILLED];
#if JOINT
  const T *key = query + OUT_STRIDE, *value = key + OUT_STRIDE;
#else
  const T* bias = query;  // not read
#endif
  const int head = blockIdx.x % HEADS, first = threadIdx.x / 32 * 16, lane = threadIdx.x % 32;
  const int row = lane / 4, column = lane % 4 * 2;  // see products.cuh
  positions += (size_t)head * PLACES * PLACES;
  T added[CHUNK][4];
  if (CHUNKS == 1) read(added, positions, first + row, column);
  for (int turn = 0; turn < TURNS; turn++) {
    const int window = blockIdx.x / HEADS * TURNS + turn, image = window / WINDOWS;
    if (window >= BATCH * WINDOWS) return;
    __syncthreads();  // until the previous window was read
    for (int i = threadIdx.x; i < FILLED; i += BLOCK)
      places[i] = i < PLACES ? place_of(window % WINDOWS, i) : Place{-1, -1};
    __syncthreads();
    for (int i = threadIdx.x; i < FILLED / 2 * STEPS; i += BLOCK) {
      const int place = i / STEPS * 2, to = place * SPAN + i % STEPS * 8, from = head * CHANNELS + i % STEPS * 8;
      const size_t start = (size_t)image * TOKENS * STRIDE + from;
      Pack<T, 8> q[2] = {}, k[2] = {}, v[2] = {};
#pragma unroll
      for (int p = 0; p < 2; p++) {
        const int cell = places[place + p].cell;
        if (cell >= 0) {
          q[p] = token<8>(query + start, bias + from, cell);
          k[p] = token<8>(key + start, bias + OUT_STRIDE + from, cell);
          v[p] = token<8>(value + start, bias + 2 * OUT_STRIDE + from, cell);
        }
        store<8>(queries + to + p * SPAN, q[p]);
        store<8>(keys + to + p * SPAN, k[p]);
      }
#pragma unroll
      for (int c = 0; c < 8; c++)  // transposed
        store<2>(values + (i % STEPS * 8 + c) * VALUE_SPAN + place, Pack<T, 2>{v[0].at[c], v[1].at[c]});
    }
    __syncthreads();

    const bool divided = places[0].region != places[PLACES - 1].region;
    const int regions[2] = {places[first + row].region, places[first + row + 8].region};
    float most[2] = {-3.4e38f, -3.4e38f}, sum[2] = {}, acc[STEPS][4] = {};
    for (int chunk = 0; chunk < CHUNKS; chunk++) {
      const int start = chunk * CHUNK * 8;
      if (CHUNKS > 1) read(added, positions, first + row, start + column);
      float score[CHUNK][4] = {}, before[2] = {most[0], most[1]};
#pragma unroll
      for (int c = 0; c < STEPS; c++) {
        const T* from = queries + (first + row) * SPAN + c * 8 + column;
        const unsigned upper = two(from), lower = two(from + 8 * SPAN);
#pragma unroll
        for (int k = 0; k < CHUNK; k++)
          multiply(score[k], upper, lower, two(keys + (start + k * 8 + row) * SPAN + c * 8 + column));
      }
#pragma unroll
      for (int i = 0; i < CHUNK * 4; i++) {
        const int to = start + i / 4 * 8 + column + i % 2, half = i % 4 / 2;
        float& x = score[i / 4][i % 4];
        x = x * SCALE + number(added[i / 4][i % 4]);
        if (divided && places[to].region != regions[half]) x += HIDDEN;
        if (to >= PLACES) x = -3.4e38f;
        most[half] = fmaxf(most[half], x);
      }
#pragma unroll
      for (int half = 0; half < 2; half++) {
        most[half] = over_quad(most[half], true);
        const float less = exp2f((before[half] - most[half]) * 1.44269504f);
        sum[half] *= less;
#pragma unroll
        for (int c = 0; c < STEPS * 2; c++) acc[c / 2][half * 2 + c % 2] *= less;
      }
#pragma unroll
      for (int k = 0; k < CHUNK; k++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
          score[k][e] = exp2f((score[k][e] - most[e / 2]) * 1.44269504f);
          sum[e / 2] += score[k][e];
        }
        const unsigned upper = pair(score[k][0], score[k][1]), lower = pair(score[k][2], score[k][3]);
#pragma unroll
        for (int c = 0; c < STEPS; c++)
          multiply(acc[c], upper, lower, two(values + (c * 8 + row) * VALUE_SPAN + start + k * 8 + column));
      }
    }
    T* rows = queries + first * SPAN;  // only this warp read these queries
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const float scale = 1.f / over_quad(sum[half], false);
#pragma unroll
      for (int c = 0; c < STEPS; c++)
        store<2>(rows + (row + half * 8) * SPAN + c * 8 + column,
                 Pack<T, 2>{element<T>(acc[c][half * 2] * scale), element<T>(acc[c][half * 2 + 1] * scale)});
    }
    __syncwarp(0xffffffffu);
    for (int i = lane; i < 16 * STEPS; i += 32) {
      const int cell = places[first + i / STEPS].cell;
      if (cell >= 0 && cell < CELLS)
        store<8>(out + ((size_t)image * CELLS + cell) * OUT_STRIDE + head * CHANNELS + i % STEPS * 8,
                 load<8>(rows + i / STEPS * SPAN + i % STEPS * 8));
    }
  }
}
