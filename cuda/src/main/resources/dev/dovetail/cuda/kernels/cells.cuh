// Bilinear samples: the four cells around a point, their weights, and their weighted sum.
//
// V: channels per thread; PAIRS: 1 to process two channels at once, in half precision.

#if PAIRS
typedef unsigned Share;  // the weight of a cell as two equal halves
#else
typedef float Share;  // the weight of a cell, multiplied by the attention weight
#endif

// The weights of the cells: top left, top right, bottom left and bottom right.
struct alignas(16) Shares { Share of[4]; };

// The place of the top left cell, and the distances to the cells to its right and below, in bytes.
struct alignas(16) Cell {
  unsigned at, right, below;
  float weight;  // the attention weight, for PAIRS
};

__device__ __forceinline__ Share share(float weight, float part) {
#if PAIRS
  return pair(part, part);
#else
  return weight * part;
#endif
}

// Reads V channels of a cell. A 32-bit offset from the start of a tensor takes one addition.
template <typename E> __device__ __forceinline__ Pack<E, V> cell(const E* tensor, unsigned offset) {
  return *reinterpret_cast<const Pack<E, V>*>(reinterpret_cast<const char*>(tensor) + offset);
}

// Adds a weighted sample; own: the image and channel of the thread in the tensor, in bytes.
template <typename E>
__device__ __forceinline__ void blend(float (&acc)[V], const Shares& s, const Cell& c, const E* tensor, unsigned own) {
  const unsigned top = own + c.at, bottom = top + c.below;
#if PAIRS
  union { Pack<E, V> all; unsigned pairs[V / 2]; } x[4];
#else
  struct { Pack<E, V> all; } x[4];
#endif
  x[0].all = cell(tensor, top);
  x[1].all = cell(tensor, top + c.right);
  x[2].all = cell(tensor, bottom);
  x[3].all = cell(tensor, bottom + c.right);
#if PAIRS
#pragma unroll
  for (int i = 0; i < V / 2; i++) {
    unsigned sum = 0u;
#pragma unroll
    for (int k = 0; k < 4; k++) sum = pair_fma(s.of[k], x[k].pairs[i], sum);
    acc[2 * i] += c.weight * number(f16{(unsigned short)sum});
    acc[2 * i + 1] += c.weight * number(f16{(unsigned short)(sum >> 16)});
  }
#else
#pragma unroll
  for (int v = 0; v < V; v++)
#pragma unroll
    for (int k = 0; k < 4; k++) acc[v] += s.of[k] * number(x[k].all.at[v]);
#endif
}
